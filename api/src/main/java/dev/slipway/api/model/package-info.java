/** The calls of models (wire contract 2). */
@NullMarked
package dev.slipway.api.model;

import org.jspecify.annotations.NullMarked;
