/** Query strings that all lists have in common. */
@NullMarked
package dev.slipway.api.query;

import org.jspecify.annotations.NullMarked;
