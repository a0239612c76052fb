/**
 * What requests may hold, as data: the readers take types and limits from here, and the description of the API is made of the same objects.
 * Reads nothing itself.
 */
@NullMarked
package dev.slipway.formats.field;

import org.jspecify.annotations.NullMarked;
