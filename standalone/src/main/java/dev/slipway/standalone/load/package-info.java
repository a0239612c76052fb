/** A steady load on a prediction address, and the count of its results. */
@NullMarked
package dev.slipway.standalone.load;

import org.jspecify.annotations.NullMarked;
