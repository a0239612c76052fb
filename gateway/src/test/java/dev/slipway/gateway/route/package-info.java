/** Tests of what belongs to one package alone. */
@NullMarked
package dev.slipway.gateway.route;

import org.jspecify.annotations.NullMarked;
