/** Failures, by what the caller can do about them. Knows no HTTP and no Temporal. */
@NullMarked
package dev.slipway.domain.problem;

import org.jspecify.annotations.NullMarked;
