/** An upgrade in waves: what it goes from and to, how far each wave goes, how it is judged, and its one row. */
@NullMarked
package dev.slipway.domain.rollout;

import org.jspecify.annotations.NullMarked;
