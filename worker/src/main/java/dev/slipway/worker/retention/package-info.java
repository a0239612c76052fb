/** The Schedule that removes what is kept no longer. */
@NullMarked
package dev.slipway.worker.retention;

import org.jspecify.annotations.NullMarked;
