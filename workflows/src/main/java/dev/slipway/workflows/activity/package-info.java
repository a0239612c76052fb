/** How workflows call activities: options, retries, what a failure means. Workflow code: no clock, no I/O. */
@NullMarked
package dev.slipway.workflows.activity;

import org.jspecify.annotations.NullMarked;
