/** Waits of workflows in PostgreSQL. */
@NullMarked
package dev.slipway.adapters.postgres.wait;

import org.jspecify.annotations.NullMarked;
