/** Callers: tokens, the identity API that issues them, and the check before every other call. */
@NullMarked
package dev.slipway.api.access;

import org.jspecify.annotations.NullMarked;
