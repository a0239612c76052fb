/** Wakes workflows once what they wait for is there. */
@NullMarked
package dev.slipway.worker.wait;

import org.jspecify.annotations.NullMarked;
