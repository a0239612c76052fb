package dev.slipway.domain.service;

import dev.slipway.domain.model.ModelAlias;

/**
 * The alias by which an entry names its model. Stored in rows and histories, so parts are only added.
 *
 * @param follows whether the service is updated when the alias is moved
 */
public record AliasUse(ModelAlias alias, boolean follows) {}
