/** A client of the REST API that uses its records. */
@NullMarked
package dev.slipway.client;

import org.jspecify.annotations.NullMarked;
