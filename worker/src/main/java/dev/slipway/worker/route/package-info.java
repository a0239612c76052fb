/** Takes gateways off the register that are proved dead. */
@NullMarked
package dev.slipway.worker.route;

import org.jspecify.annotations.NullMarked;
