package dev.slipway.api.body;

/** The bytes of a request's body, whatever its content type; at least one. */
@SuppressWarnings("ArrayRecordComponent") // never compared, never kept
public record SentBody(byte[] bytes) {}
