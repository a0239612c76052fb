/** The one place where failures of the domain become failures that Temporal understands. */
@NullMarked
package dev.slipway.activities.failure;

import org.jspecify.annotations.NullMarked;
