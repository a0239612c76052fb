/** A store of services in memory, makers of valid values, and the contract of stores of services. */
@NullMarked
package dev.slipway.testing.service;

import org.jspecify.annotations.NullMarked;
