/** A rollout's one row, how it is judged, and the shares of requests that its versions get. */
@NullMarked
package dev.slipway.domain.rollout;

import org.jspecify.annotations.NullMarked;
