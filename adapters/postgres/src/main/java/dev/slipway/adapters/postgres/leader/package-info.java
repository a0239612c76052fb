/** Which one of several processes does what only one should do. */
@NullMarked
package dev.slipway.adapters.postgres.leader;

import org.jspecify.annotations.NullMarked;
