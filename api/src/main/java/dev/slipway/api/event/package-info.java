/** The lists of events of models and services. */
@NullMarked
package dev.slipway.api.event;

import org.jspecify.annotations.NullMarked;
