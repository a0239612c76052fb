package dev.slipway.domain.pool;

/** A flavor in a pool. */
public record PlacedFlavor(String pool, Flavor flavor) {}
