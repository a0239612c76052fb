/** The embedded servers ("parts") of one installation: what each of them promises, their order, and who starts a dead one again. */
@NullMarked
package dev.slipway.parts;

import org.jspecify.annotations.NullMarked;
