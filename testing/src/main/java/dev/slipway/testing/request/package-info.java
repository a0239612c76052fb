/** A store of requests in memory, and what every store of requests does. */
@NullMarked
package dev.slipway.testing.request;

import org.jspecify.annotations.NullMarked;
