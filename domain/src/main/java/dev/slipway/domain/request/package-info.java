/** Requests that users start in Temporal instead of over HTTP. The commands themselves belong to models and services. */
@NullMarked
package dev.slipway.domain.request;

import org.jspecify.annotations.NullMarked;
