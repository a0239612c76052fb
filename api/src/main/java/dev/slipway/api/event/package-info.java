/** Events as clients ask for them and read them, of models and of services alike. */
@NullMarked
package dev.slipway.api.event;

import org.jspecify.annotations.NullMarked;
