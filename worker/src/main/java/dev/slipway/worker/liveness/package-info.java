/** Tells that a worker is dead by its lock, and gives the steps that it had begun to others at once. Silence alone is no proof. */
@NullMarked
package dev.slipway.worker.liveness;

import org.jspecify.annotations.NullMarked;
