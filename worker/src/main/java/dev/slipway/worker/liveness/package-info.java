/** Finds out by its lock that a worker is dead, and lets others retry what it had begun. Silence alone is no proof. */
@NullMarked
package dev.slipway.worker.liveness;

import org.jspecify.annotations.NullMarked;
