/** Effects of a rollout: photograph, places, waves, undoing, outcome. */
@NullMarked
package dev.slipway.activities.rollout;

import org.jspecify.annotations.NullMarked;
