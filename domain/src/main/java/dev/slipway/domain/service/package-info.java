/** A service: its desired and its actual configuration, and the state table of commands. */
@NullMarked
package dev.slipway.domain.service;

import org.jspecify.annotations.NullMarked;
