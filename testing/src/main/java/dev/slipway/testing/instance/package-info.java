/** A cluster in memory, and the contract of clusters. */
@NullMarked
package dev.slipway.testing.instance;

import org.jspecify.annotations.NullMarked;
