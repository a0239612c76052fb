/** Events in memory, and the contract of their stores. */
@NullMarked
package dev.slipway.testing.event;

import org.jspecify.annotations.NullMarked;
