/** The progress of a model's import. Workflow code: no clock, no I/O. */
@NullMarked
package dev.slipway.workflows.model;

import org.jspecify.annotations.NullMarked;
