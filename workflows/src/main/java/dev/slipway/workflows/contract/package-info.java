/** What crosses the wire between workflows, activities and clients, by thing; here the names that all share. A stored format: only add. */
@NullMarked
package dev.slipway.workflows.contract;

import org.jspecify.annotations.NullMarked;
