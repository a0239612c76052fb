/** Follows the cluster: from rows to instances after a restart, from instances to routes and status ever after. */
@NullMarked
package dev.slipway.worker.instance;

import org.jspecify.annotations.NullMarked;
