/** Gateways and their link in memory, and the contract that they and the real ones keep. */
@NullMarked
package dev.slipway.testing.route;

import org.jspecify.annotations.NullMarked;
