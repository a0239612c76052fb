/** A batch job: what it reads, how it is cut into chunks, what becomes of each record. Not how instances are called. */
@NullMarked
package dev.slipway.domain.batch;

import org.jspecify.annotations.NullMarked;
