/** Accounts, projects and users in PostgreSQL. */
@NullMarked
package dev.slipway.adapters.postgres.access;

import org.jspecify.annotations.NullMarked;
