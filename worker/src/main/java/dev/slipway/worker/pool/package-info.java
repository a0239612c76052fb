/** Makes up for slots that nobody gave back and for wakes that got lost. */
@NullMarked
package dev.slipway.worker.pool;

import org.jspecify.annotations.NullMarked;
