/**
 * HTTP/1.1 to instances over every kind of address: ordered pipelining, bounded in bytes, and failures that say how far a request came.
 * Which instance to ask, and what an answer means, is its callers' business.
 */
@NullMarked
package dev.slipway.instance.client;

import org.jspecify.annotations.NullMarked;
