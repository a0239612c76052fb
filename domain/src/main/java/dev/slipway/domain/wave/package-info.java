/** What a change of instance sets goes from and to, and how far each wave of it goes: pure arithmetic. */
@NullMarked
package dev.slipway.domain.wave;

import org.jspecify.annotations.NullMarked;
