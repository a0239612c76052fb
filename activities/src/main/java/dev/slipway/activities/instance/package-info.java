/** Effects on the instances of services: their desired state, their routes, and their release by gateways. */
@NullMarked
package dev.slipway.activities.instance;

import org.jspecify.annotations.NullMarked;
