/** Words of commands that users paste into a shell. */
@NullMarked
package dev.slipway.standalone.shell;

import org.jspecify.annotations.NullMarked;
