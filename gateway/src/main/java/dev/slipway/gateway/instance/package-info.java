/** Connections to instances, kept open between requests. An instance that cannot be reached is ejected and probed. */
@NullMarked
package dev.slipway.gateway.instance;

import org.jspecify.annotations.NullMarked;
