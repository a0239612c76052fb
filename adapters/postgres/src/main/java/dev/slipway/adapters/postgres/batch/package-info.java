/** Tasks of batch services and their commits as rows. */
@NullMarked
package dev.slipway.adapters.postgres.batch;

import org.jspecify.annotations.NullMarked;
