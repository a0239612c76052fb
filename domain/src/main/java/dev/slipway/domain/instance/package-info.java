/** Running copies of a model and the port to the place that runs them. */
@NullMarked
package dev.slipway.domain.instance;

import org.jspecify.annotations.NullMarked;
