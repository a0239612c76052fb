/** Gateways in the database: the gateway's own link, and the control plane's view of what each gateway still serves. */
@NullMarked
package dev.slipway.adapters.postgres.route;

import org.jspecify.annotations.NullMarked;
