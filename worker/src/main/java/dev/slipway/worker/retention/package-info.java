/** The Schedule that removes what is no longer kept. */
@NullMarked
package dev.slipway.worker.retention;

import org.jspecify.annotations.NullMarked;
