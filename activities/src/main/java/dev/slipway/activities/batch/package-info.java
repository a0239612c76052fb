/** The activities of batch jobs: they plan, send records to instances, and store the answers. */
@NullMarked
package dev.slipway.activities.batch;

import org.jspecify.annotations.NullMarked;
