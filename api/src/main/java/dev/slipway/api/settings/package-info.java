/** Settings of the API. */
@NullMarked
package dev.slipway.api.settings;

import org.jspecify.annotations.NullMarked;
