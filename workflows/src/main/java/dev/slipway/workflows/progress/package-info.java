/** What all workflows share: what they tell in the Temporal UI, and how often they try. Not for users' events: those are rows. */
@NullMarked
package dev.slipway.workflows.progress;

import org.jspecify.annotations.NullMarked;
