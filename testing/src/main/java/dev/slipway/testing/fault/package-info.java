/** Faults that tests inject into calls. */
@NullMarked
package dev.slipway.testing.fault;

import org.jspecify.annotations.NullMarked;
