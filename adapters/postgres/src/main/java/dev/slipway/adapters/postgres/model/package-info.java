/** Models in PostgreSQL. */
@NullMarked
package dev.slipway.adapters.postgres.model;

import org.jspecify.annotations.NullMarked;
