/** The book of slots in PostgreSQL. */
@NullMarked
package dev.slipway.adapters.postgres.pool;

import org.jspecify.annotations.NullMarked;
