/** The Schedule that removes old events. */
@NullMarked
package dev.slipway.worker.event;

import org.jspecify.annotations.NullMarked;
