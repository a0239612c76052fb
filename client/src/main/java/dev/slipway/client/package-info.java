/** A client of the REST API that speaks by its records. It knows nothing of the server beside them. */
@NullMarked
package dev.slipway.client;

import org.jspecify.annotations.NullMarked;
