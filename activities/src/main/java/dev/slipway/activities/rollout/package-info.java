/** Effects of a rollout: takeSnapshot, slots, waves, undoing, outcome. */
@NullMarked
package dev.slipway.activities.rollout;

import org.jspecify.annotations.NullMarked;
