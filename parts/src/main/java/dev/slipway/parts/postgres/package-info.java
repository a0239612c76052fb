/** The embedded PostgreSQL server, private to a data folder. */
@NullMarked
package dev.slipway.parts.postgres;

import org.jspecify.annotations.NullMarked;
