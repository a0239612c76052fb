/** Node pools, flavors, and the admission of holders to their slots. Not the machines. */
@NullMarked
package dev.slipway.domain.pool;

import org.jspecify.annotations.NullMarked;
