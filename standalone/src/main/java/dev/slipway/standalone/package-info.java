/** The command {@code slipway}: all or some roles of an installation in one process, and commands that inspect it. */
@NullMarked
package dev.slipway.standalone;

import org.jspecify.annotations.NullMarked;
