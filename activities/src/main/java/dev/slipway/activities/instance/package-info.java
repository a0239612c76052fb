/** Effects on the instances of services: their rows, their routes, the cluster, and the gateways that have to let go of them. */
@NullMarked
package dev.slipway.activities.instance;

import org.jspecify.annotations.NullMarked;
