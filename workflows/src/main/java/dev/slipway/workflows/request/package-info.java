/** The stories of what users ask for in Temporal itself: a command, then the wait for the end. The work is done by the things' own workflows. */
@NullMarked
package dev.slipway.workflows.request;

import org.jspecify.annotations.NullMarked;
