/** Tests of what a machine must have. */
@NullMarked
package dev.slipway.standalone.machine;

import org.jspecify.annotations.NullMarked;
