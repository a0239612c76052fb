/** Brings a configuration into service, wave by wave, or leaves all as it was. */
@NullMarked
package dev.slipway.workflows.rollout;

import org.jspecify.annotations.NullMarked;
