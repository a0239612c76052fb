/** Makes up for lost pokes of imports. */
@NullMarked
package dev.slipway.worker.model;

import org.jspecify.annotations.NullMarked;
