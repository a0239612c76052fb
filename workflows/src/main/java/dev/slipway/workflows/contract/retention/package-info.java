/** The contract of the workflow that removes what is no longer needed. */
@NullMarked
package dev.slipway.workflows.contract.retention;

import org.jspecify.annotations.NullMarked;
