/** The contract of environments, and environments in memory. */
@NullMarked
package dev.slipway.testing.environment;

import org.jspecify.annotations.NullMarked;
