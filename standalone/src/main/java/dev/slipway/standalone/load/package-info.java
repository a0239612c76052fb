/** A steady load on a prediction address, and an honest count of what became of it. */
@NullMarked
package dev.slipway.standalone.load;

import org.jspecify.annotations.NullMarked;
