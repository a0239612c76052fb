/** Who calls: accounts, projects, users and the signed tokens that stand for them. */
@NullMarked
package dev.slipway.domain.access;

import org.jspecify.annotations.NullMarked;
