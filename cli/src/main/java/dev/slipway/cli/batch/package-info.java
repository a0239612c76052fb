/** How a batch job is. */
@NullMarked
package dev.slipway.cli.batch;

import org.jspecify.annotations.NullMarked;
