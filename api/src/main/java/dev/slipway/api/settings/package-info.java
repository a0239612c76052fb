/** Settings of the API, as its parts read them. */
@NullMarked
package dev.slipway.api.settings;

import org.jspecify.annotations.NullMarked;
