/** What crosses the wire when slots of a pool are claimed. A stored format: only add. */
@NullMarked
package dev.slipway.workflows.contract.pool;

import org.jspecify.annotations.NullMarked;
