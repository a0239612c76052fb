/** Tokens, projects and users of the identity API. */
@NullMarked
package dev.slipway.formats.access;

import org.jspecify.annotations.NullMarked;
