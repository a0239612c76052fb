/** The command that shows a batch job. */
@NullMarked
package dev.slipway.cli.batch;

import org.jspecify.annotations.NullMarked;
