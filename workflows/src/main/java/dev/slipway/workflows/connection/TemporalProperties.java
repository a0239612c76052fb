package dev.slipway.workflows.connection;

/** Where Temporal is. {@code address} is host:port. */
public record TemporalProperties(String address, String namespace) {}
