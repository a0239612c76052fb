/** The sweep over rows of any kind: repeats lost signals and restarts lost runs. */
@NullMarked
package dev.slipway.worker.sweep;

import org.jspecify.annotations.NullMarked;
