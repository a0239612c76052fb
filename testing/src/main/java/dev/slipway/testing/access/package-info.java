/** Accounts in memory, and the contract of their stores. */
@NullMarked
package dev.slipway.testing.access;

import org.jspecify.annotations.NullMarked;
