/** Tests of who is taken for dead. */
@NullMarked
package dev.slipway.worker.route;

import org.jspecify.annotations.NullMarked;
