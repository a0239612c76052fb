/** The workflow that removes what is kept no longer. */
@NullMarked
package dev.slipway.workflows.retention;

import org.jspecify.annotations.NullMarked;
