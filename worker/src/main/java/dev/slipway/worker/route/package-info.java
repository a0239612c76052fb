/** Removes gateways from the register that are proven to be dead. */
@NullMarked
package dev.slipway.worker.route;

import org.jspecify.annotations.NullMarked;
