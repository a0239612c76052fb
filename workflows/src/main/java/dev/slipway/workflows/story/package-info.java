/** What a workflow tells in the Temporal UI. Not for users' events: those are rows. */
@NullMarked
package dev.slipway.workflows.story;

import org.jspecify.annotations.NullMarked;
