/** Valid models and a store of them in memory, and what every model store must do. */
@NullMarked
package dev.slipway.testing.model;

import org.jspecify.annotations.NullMarked;
