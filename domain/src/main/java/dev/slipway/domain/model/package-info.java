/** A model: an AI application version, from its import to its deletion. */
@NullMarked
package dev.slipway.domain.model;

import org.jspecify.annotations.NullMarked;
