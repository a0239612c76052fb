/** The embedded servers ("parts") of one installation: their interface, their order, and their restart after a crash. */
@NullMarked
package dev.slipway.parts;

import org.jspecify.annotations.NullMarked;
