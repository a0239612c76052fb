/** The election of one process for work that only one should do. */
@NullMarked
package dev.slipway.adapters.postgres.leader;

import org.jspecify.annotations.NullMarked;
