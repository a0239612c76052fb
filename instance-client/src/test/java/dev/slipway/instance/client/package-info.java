/** Tests over real sockets. */
@NullMarked
package dev.slipway.instance.client;

import org.jspecify.annotations.NullMarked;
