/** The loop that all sweepers and watchers run in. */
@NullMarked
package dev.slipway.worker.periodic;

import org.jspecify.annotations.NullMarked;
