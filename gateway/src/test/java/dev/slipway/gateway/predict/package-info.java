/** Tests of what belongs to one package alone. */
@NullMarked
package dev.slipway.gateway.predict;

import org.jspecify.annotations.NullMarked;
