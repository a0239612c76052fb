/** Rows of the instance sets that should exist. */
@NullMarked
package dev.slipway.adapters.postgres.instance;

import org.jspecify.annotations.NullMarked;
