/** The commands that only call the API or read files: no server of ours in their process, quick to start. */
@NullMarked
package dev.slipway.cli;

import org.jspecify.annotations.NullMarked;
