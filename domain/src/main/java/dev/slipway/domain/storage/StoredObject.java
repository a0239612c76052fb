package dev.slipway.domain.storage;

/**
 * An object in a listing.
 *
 * @param size in bytes
 * @param etag without quotes
 */
public record StoredObject(ObjectUri uri, long size, String etag) {}
