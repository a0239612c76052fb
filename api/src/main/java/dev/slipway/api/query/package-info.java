/** The query strings of lists. */
@NullMarked
package dev.slipway.api.query;

import org.jspecify.annotations.NullMarked;
