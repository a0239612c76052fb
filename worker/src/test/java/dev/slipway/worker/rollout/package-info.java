/** Services and rollouts from the command to the cluster, over fakes of all that is outside. */
@NullMarked
package dev.slipway.worker.rollout;

import org.jspecify.annotations.NullMarked;
