/** The activities of an import: rows, package, image, trial start. */
@NullMarked
package dev.slipway.activities.model;

import org.jspecify.annotations.NullMarked;
