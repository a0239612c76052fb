/** The scheduled removal of old events. */
@NullMarked
package dev.slipway.workflows.event;

import org.jspecify.annotations.NullMarked;
