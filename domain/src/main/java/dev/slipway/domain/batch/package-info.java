/** A batch job: its inputs, its chunks, and the outcome of each record. Not how instances are called. */
@NullMarked
package dev.slipway.domain.batch;

import org.jspecify.annotations.NullMarked;
