/** Refusals as the REST API answers them. */
@NullMarked
package dev.slipway.formats.problem;

import org.jspecify.annotations.NullMarked;
