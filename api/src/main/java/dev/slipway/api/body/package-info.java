/** What a request carries, as it was sent. */
@NullMarked
package dev.slipway.api.body;

import org.jspecify.annotations.NullMarked;
