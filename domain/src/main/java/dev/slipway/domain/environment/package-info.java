/**
 * The environment that the code of a model runs in, and the port that prepares it. Not the image of a model, not how instances are started.
 */
@NullMarked
package dev.slipway.domain.environment;

import org.jspecify.annotations.NullMarked;
