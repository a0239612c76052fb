/** What commands share: arguments, output, exit status. Not what single commands do. */
@NullMarked
package dev.slipway.cli.command;

import org.jspecify.annotations.NullMarked;
