/** A batch job: instances, plan, chunks, and an end that leaves no record without an outcome. */
@NullMarked
package dev.slipway.workflows.batch;

import org.jspecify.annotations.NullMarked;
