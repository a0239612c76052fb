/** Events in memory. */
@NullMarked
package dev.slipway.testing.event;

import org.jspecify.annotations.NullMarked;
