/** Applies desired instance sets to the cluster, and updates routes and status from what it observes there. */
@NullMarked
package dev.slipway.worker.instance;

import org.jspecify.annotations.NullMarked;
