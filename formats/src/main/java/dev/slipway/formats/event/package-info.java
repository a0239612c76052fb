/** Events as the REST API answers them. */
@NullMarked
package dev.slipway.formats.event;

import org.jspecify.annotations.NullMarked;
