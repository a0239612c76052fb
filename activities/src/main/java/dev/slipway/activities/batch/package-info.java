/** Plans batch jobs, lets instances answer their records, and keeps what they answered: the effects of the batch workflow. */
@NullMarked
package dev.slipway.activities.batch;

import org.jspecify.annotations.NullMarked;
