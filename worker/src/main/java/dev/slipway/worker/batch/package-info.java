/** What looks after the tasks of batch services beside their workflows. */
@NullMarked
package dev.slipway.worker.batch;

import org.jspecify.annotations.NullMarked;
