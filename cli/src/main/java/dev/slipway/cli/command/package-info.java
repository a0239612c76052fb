/** What a command is: words in, lines and an exit status out. Not for what single commands do. */
@NullMarked
package dev.slipway.cli.command;

import org.jspecify.annotations.NullMarked;
