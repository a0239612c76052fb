/** Removal of rows that nobody needs any more. */
@NullMarked
package dev.slipway.adapters.postgres.retention;

import org.jspecify.annotations.NullMarked;
