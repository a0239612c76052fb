/** Temporal's own dev server with a database file in the data folder. */
@NullMarked
package dev.slipway.parts.temporal;

import org.jspecify.annotations.NullMarked;
