/** Tokens, projects and users as the identity API speaks of them. */
@NullMarked
package dev.slipway.formats.access;

import org.jspecify.annotations.NullMarked;
