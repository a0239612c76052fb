/** What can go wrong, told by what the caller can do about it. Knows no HTTP and no Temporal. */
@NullMarked
package dev.slipway.domain.problem;

import org.jspecify.annotations.NullMarked;
