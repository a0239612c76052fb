/** Callers: accounts, projects, users and their signed tokens. */
@NullMarked
package dev.slipway.domain.access;

import org.jspecify.annotations.NullMarked;
