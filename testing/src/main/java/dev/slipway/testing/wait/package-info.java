/** Waits of workflows in memory, and what every store of them does. */
@NullMarked
package dev.slipway.testing.wait;

import org.jspecify.annotations.NullMarked;
