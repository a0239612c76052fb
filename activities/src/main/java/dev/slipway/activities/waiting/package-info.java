/** Heartbeats of steps that take long: how far they are, and in words what they wait for. Not what is done about a failure. */
@NullMarked
package dev.slipway.activities.waiting;

import org.jspecify.annotations.NullMarked;
