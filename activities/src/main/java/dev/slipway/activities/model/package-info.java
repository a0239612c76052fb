/** What the import of a model does: rows, package, image, trial start. */
@NullMarked
package dev.slipway.activities.model;

import org.jspecify.annotations.NullMarked;
