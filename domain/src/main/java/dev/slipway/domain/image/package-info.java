/** Model images and the port that keeps them. Not how instances are started from them. */
@NullMarked
package dev.slipway.domain.image;

import org.jspecify.annotations.NullMarked;
