/** The contract of the workflow that removes old events. */
@NullMarked
package dev.slipway.workflows.contract.event;

import org.jspecify.annotations.NullMarked;
