/** A plain client of the REST API, as any user could write it. */
@NullMarked
package dev.slipway.standalone.client;

import org.jspecify.annotations.NullMarked;
