/** What crosses the wire for the instances of a service. A stored format: only add. */
@NullMarked
package dev.slipway.workflows.contract.instance;

import org.jspecify.annotations.NullMarked;
