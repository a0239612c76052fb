/** The login of commands, by the variables that {@code ./slipway env} prints. */
@NullMarked
package dev.slipway.cli.access;

import org.jspecify.annotations.NullMarked;
