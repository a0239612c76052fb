/** Events in PostgreSQL. */
@NullMarked
package dev.slipway.adapters.postgres.event;

import org.jspecify.annotations.NullMarked;
