/** What {@code ./slipway dist} needs of Java: the container image of a release. Not for images of models. */
@NullMarked
package dev.slipway.standalone.dist;

import org.jspecify.annotations.NullMarked;
