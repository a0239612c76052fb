/** A cluster in memory, and the contract that every cluster keeps. */
@NullMarked
package dev.slipway.testing.instance;

import org.jspecify.annotations.NullMarked;
