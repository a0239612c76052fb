/** Translates failures of the domain to failures of Temporal. */
@NullMarked
package dev.slipway.activities.failure;

import org.jspecify.annotations.NullMarked;
