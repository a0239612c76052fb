/** Removal of rows that are no longer needed. */
@NullMarked
package dev.slipway.adapters.postgres.retention;

import org.jspecify.annotations.NullMarked;
