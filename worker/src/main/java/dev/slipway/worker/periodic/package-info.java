/** The loop that all sweepers and watchers run in. Not what they do. */
@NullMarked
package dev.slipway.worker.periodic;

import org.jspecify.annotations.NullMarked;
