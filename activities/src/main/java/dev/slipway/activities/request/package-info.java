/** The activities of request workflows: they read the input like the API, give the same commands, and read the outcome from rows. */
@NullMarked
package dev.slipway.activities.request;

import org.jspecify.annotations.NullMarked;
