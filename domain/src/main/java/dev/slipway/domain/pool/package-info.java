/** Node pools, flavors and the book of who holds how many places. Not the places themselves. */
@NullMarked
package dev.slipway.domain.pool;

import org.jspecify.annotations.NullMarked;
