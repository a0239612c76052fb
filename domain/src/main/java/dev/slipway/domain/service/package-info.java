/** A service: what was asked, what is so, and the state table between the two. */
@NullMarked
package dev.slipway.domain.service;

import org.jspecify.annotations.NullMarked;
