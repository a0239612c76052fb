/** The command {@code slipway}: everything of an installation in one process, or part of it, and what looks at it from outside. */
@NullMarked
package dev.slipway.standalone;

import org.jspecify.annotations.NullMarked;
