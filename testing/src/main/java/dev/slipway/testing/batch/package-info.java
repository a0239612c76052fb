/** The fake of the batch store, its contract, and makers of tasks. */
@NullMarked
package dev.slipway.testing.batch;

import org.jspecify.annotations.NullMarked;
