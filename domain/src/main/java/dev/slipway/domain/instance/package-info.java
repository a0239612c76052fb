/** Instances of models and the port to the cluster that runs them. */
@NullMarked
package dev.slipway.domain.instance;

import org.jspecify.annotations.NullMarked;
