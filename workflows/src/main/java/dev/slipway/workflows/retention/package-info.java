/** The workflow that removes what is no longer kept. */
@NullMarked
package dev.slipway.workflows.retention;

import org.jspecify.annotations.NullMarked;
