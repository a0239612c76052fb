/** Tests of the gateway with real sockets on both sides: clients and instances that are written byte by byte. */
@NullMarked
package dev.slipway.gateway;

import org.jspecify.annotations.NullMarked;
