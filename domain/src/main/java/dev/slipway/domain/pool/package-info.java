/** Node pools, flavors and the book of who holds how many slots. Not the slots themselves. */
@NullMarked
package dev.slipway.domain.pool;

import org.jspecify.annotations.NullMarked;
