/** What crosses the wire when users ask for something in Temporal itself. A stored format: only add optional parts. */
@NullMarked
package dev.slipway.workflows.contract.request;

import org.jspecify.annotations.NullMarked;
