/** Effects of a rollout: snapshot, slots, waves, undo, outcome. */
@NullMarked
package dev.slipway.activities.rollout;

import org.jspecify.annotations.NullMarked;
