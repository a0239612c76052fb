/** Admission to the slots of pools in PostgreSQL. */
@NullMarked
package dev.slipway.adapters.postgres.pool;

import org.jspecify.annotations.NullMarked;
