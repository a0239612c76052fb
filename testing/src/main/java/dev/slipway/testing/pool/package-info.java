/** Pools without a database: the book of slots in memory, and what every book has to keep. */
@NullMarked
package dev.slipway.testing.pool;

import org.jspecify.annotations.NullMarked;
