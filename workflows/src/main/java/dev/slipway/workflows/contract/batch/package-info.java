/** What crosses the wire in a batch job. A stored format: parts are only added. */
@NullMarked
package dev.slipway.workflows.contract.batch;

import org.jspecify.annotations.NullMarked;
