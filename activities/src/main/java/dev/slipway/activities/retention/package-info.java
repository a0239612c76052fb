/** The activities that remove old rows and unused files. */
@NullMarked
package dev.slipway.activities.retention;

import org.jspecify.annotations.NullMarked;
