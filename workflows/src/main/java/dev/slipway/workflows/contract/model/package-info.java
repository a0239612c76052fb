/** What crosses the wire when a model is imported. A stored format: only add optional parts. */
@NullMarked
package dev.slipway.workflows.contract.model;

import org.jspecify.annotations.NullMarked;
