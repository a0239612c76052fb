/** The connection to PostgreSQL that all stores share: pool, transactions, schema, JSON columns. The stores are in packages by thing. */
@NullMarked
package dev.slipway.adapters.postgres;

import org.jspecify.annotations.NullMarked;
