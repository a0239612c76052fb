/** How workflows sleep: until somebody wakes them, with a timer as the net. */
@NullMarked
package dev.slipway.workflows.wake;

import org.jspecify.annotations.NullMarked;
