/** The version of Slipway, as commands and the API tell it. */
@NullMarked
package dev.slipway.formats.release;

import org.jspecify.annotations.NullMarked;
