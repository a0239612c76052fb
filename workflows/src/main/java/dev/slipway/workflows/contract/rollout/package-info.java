/** What crosses the wire for a rollout. A stored format: only add. */
@NullMarked
package dev.slipway.workflows.contract.rollout;

import org.jspecify.annotations.NullMarked;
