/** What rollouts and lifecycles share about instances. Workflow code: no clock, no I/O. */
@NullMarked
package dev.slipway.workflows.instance;

import org.jspecify.annotations.NullMarked;
