/** Rows of rollouts. */
@NullMarked
package dev.slipway.adapters.postgres.rollout;

import org.jspecify.annotations.NullMarked;
