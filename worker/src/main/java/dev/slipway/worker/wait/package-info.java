/** Wakes workflows once the condition that they wait for holds. */
@NullMarked
package dev.slipway.worker.wait;

import org.jspecify.annotations.NullMarked;
