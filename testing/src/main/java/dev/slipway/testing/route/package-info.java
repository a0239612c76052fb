/** Gateways in memory. */
@NullMarked
package dev.slipway.testing.route;

import org.jspecify.annotations.NullMarked;
