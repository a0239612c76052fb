/** What workflows wait for, written down so that whoever sees it come true can wake them. Not the waiting itself. */
@NullMarked
package dev.slipway.domain.wait;

import org.jspecify.annotations.NullMarked;
