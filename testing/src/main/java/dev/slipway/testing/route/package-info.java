/** Gateways and their link in memory, and their contract. */
@NullMarked
package dev.slipway.testing.route;

import org.jspecify.annotations.NullMarked;
