/** Headers that calls read and set besides the token of the caller, declared so that the description of the API has them. */
@NullMarked
package dev.slipway.api.header;

import org.jspecify.annotations.NullMarked;
