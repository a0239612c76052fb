/** Prediction requests over HTTP: checked, sent to an instance, answered as bytes. */
@NullMarked
package dev.slipway.gateway.predict;

import org.jspecify.annotations.NullMarked;
