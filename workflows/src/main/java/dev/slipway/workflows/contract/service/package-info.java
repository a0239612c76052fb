/** What crosses the wire for the life of a service. A stored format: only add. */
@NullMarked
package dev.slipway.workflows.contract.service;

import org.jspecify.annotations.NullMarked;
