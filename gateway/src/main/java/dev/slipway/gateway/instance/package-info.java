/** Connections to instances: kept open between requests, ejected and probed when they cannot be opened. */
@NullMarked
package dev.slipway.gateway.instance;

import org.jspecify.annotations.NullMarked;
