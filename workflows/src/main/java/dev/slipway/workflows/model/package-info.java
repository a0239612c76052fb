/** The workflow that imports a model. Workflow code: no clock, no I/O. */
@NullMarked
package dev.slipway.workflows.model;

import org.jspecify.annotations.NullMarked;
