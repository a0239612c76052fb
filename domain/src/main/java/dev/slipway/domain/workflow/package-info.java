/** The ids of workflows. */
@NullMarked
package dev.slipway.domain.workflow;

import org.jspecify.annotations.NullMarked;
