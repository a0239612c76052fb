/** Releases slots that their holders did not release, and repeats lost wakes. */
@NullMarked
package dev.slipway.worker.pool;

import org.jspecify.annotations.NullMarked;
