/** Who calls: the variables that {@code ./slipway env} prints. */
@NullMarked
package dev.slipway.cli.access;

import org.jspecify.annotations.NullMarked;
