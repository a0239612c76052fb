/** The body of a request, unchanged. */
@NullMarked
package dev.slipway.api.body;

import org.jspecify.annotations.NullMarked;
