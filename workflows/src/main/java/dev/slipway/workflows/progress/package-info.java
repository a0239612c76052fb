/** The progress that workflows show in the Temporal UI. Not for users' events, which are rows. */
@NullMarked
package dev.slipway.workflows.progress;

import org.jspecify.annotations.NullMarked;
