/** Addresses of objects in requests. */
@NullMarked
package dev.slipway.formats.object;

import org.jspecify.annotations.NullMarked;
