/** The contract of the workflow that removes what nobody needs any more. */
@NullMarked
package dev.slipway.workflows.contract.retention;

import org.jspecify.annotations.NullMarked;
