/** What the scheduled removal of old events does. */
@NullMarked
package dev.slipway.activities.event;

import org.jspecify.annotations.NullMarked;
