/** Request workflows as the worker has them, over rows in memory that the tests settle by hand. */
@NullMarked
package dev.slipway.worker.request;

import org.jspecify.annotations.NullMarked;
