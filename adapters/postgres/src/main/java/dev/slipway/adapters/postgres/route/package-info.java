/** Gateways in the database: the gateway's own narrow view, and the control plane's view of who still serves what. */
@NullMarked
package dev.slipway.adapters.postgres.route;

import org.jspecify.annotations.NullMarked;
