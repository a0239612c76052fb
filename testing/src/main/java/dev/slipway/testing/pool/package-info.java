/** Admission in memory, and the contract of admission. */
@NullMarked
package dev.slipway.testing.pool;

import org.jspecify.annotations.NullMarked;
