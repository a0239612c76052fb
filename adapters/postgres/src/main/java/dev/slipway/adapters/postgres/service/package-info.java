/** Services, their generations and what belongs to their transactions, in PostgreSQL. */
@NullMarked
package dev.slipway.adapters.postgres.service;

import org.jspecify.annotations.NullMarked;
