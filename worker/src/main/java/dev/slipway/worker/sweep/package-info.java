/** What sweeping rows means, whatever the rows are of: signals that got lost and runs that are gone. */
@NullMarked
package dev.slipway.worker.sweep;

import org.jspecify.annotations.NullMarked;
