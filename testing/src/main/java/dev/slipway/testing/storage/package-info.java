/** Object storage in memory, and what every object store must do. */
@NullMarked
package dev.slipway.testing.storage;

import org.jspecify.annotations.NullMarked;
