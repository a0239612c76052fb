/** The Python side as a resource of the jar: unpacks it and says where it lies. Starts nothing. */
@NullMarked
package dev.slipway.runtime;

import org.jspecify.annotations.NullMarked;
