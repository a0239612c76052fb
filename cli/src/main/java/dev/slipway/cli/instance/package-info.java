/** Shows instances and their logs. */
@NullMarked
package dev.slipway.cli.instance;

import org.jspecify.annotations.NullMarked;
