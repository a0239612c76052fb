/** The conditions that workflows wait for, stored so that a watcher can wake them. Not the waiting itself. */
@NullMarked
package dev.slipway.domain.wait;

import org.jspecify.annotations.NullMarked;
