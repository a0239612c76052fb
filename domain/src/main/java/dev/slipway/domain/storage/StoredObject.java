package dev.slipway.domain.storage;

/**
 * An object as a listing shows it.
 *
 * @param size in bytes
 * @param etag without quotes
 */
public record StoredObject(ObjectUri uri, long size, String etag) {}
