/** Accounts in memory. */
@NullMarked
package dev.slipway.testing.access;

import org.jspecify.annotations.NullMarked;
