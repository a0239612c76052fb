package dev.slipway.testing.part;

/** How to reach one database of a test as its owner, and as the gateway's role, which has no rights until the schema grants some. */
public record TestDatabase(String url, String user, String password, String gatewayUser, String gatewayPassword) {}
