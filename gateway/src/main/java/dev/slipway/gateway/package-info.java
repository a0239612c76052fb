/** The inference data path: starts and stops a gateway. It knows routes and tokens; never the cluster, Temporal or the control plane. */
@NullMarked
package dev.slipway.gateway;

import org.jspecify.annotations.NullMarked;
