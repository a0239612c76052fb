/** Faults that tests throw into calls of others. */
@NullMarked
package dev.slipway.testing.fault;

import org.jspecify.annotations.NullMarked;
