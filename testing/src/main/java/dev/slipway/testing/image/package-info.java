/** The contract of image stores, and one in memory. */
@NullMarked
package dev.slipway.testing.image;

import org.jspecify.annotations.NullMarked;
