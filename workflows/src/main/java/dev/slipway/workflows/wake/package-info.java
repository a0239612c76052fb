/** How workflows wait: until a signal wakes them, with a timer that covers a lost signal. */
@NullMarked
package dev.slipway.workflows.wake;

import org.jspecify.annotations.NullMarked;
