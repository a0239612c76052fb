/** The command that shows events. */
@NullMarked
package dev.slipway.cli.event;

import org.jspecify.annotations.NullMarked;
