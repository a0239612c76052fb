/** The start, the goal and the waves of a change of instance sets: pure arithmetic. */
@NullMarked
package dev.slipway.domain.wave;

import org.jspecify.annotations.NullMarked;
