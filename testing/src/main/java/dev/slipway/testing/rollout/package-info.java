/** Rows of rollouts and instance sets in memory, and the contracts of their stores. */
@NullMarked
package dev.slipway.testing.rollout;

import org.jspecify.annotations.NullMarked;
