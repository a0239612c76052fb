/** Requests in PostgreSQL. */
@NullMarked
package dev.slipway.adapters.postgres.request;

import org.jspecify.annotations.NullMarked;
