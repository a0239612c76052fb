/** What request workflows do: their input through the readers and commands of the API, and a look at the rows for the end. */
@NullMarked
package dev.slipway.activities.request;

import org.jspecify.annotations.NullMarked;
