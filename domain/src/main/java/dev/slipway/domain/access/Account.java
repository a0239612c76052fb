package dev.slipway.domain.access;

/** An account (a domain, in the words of the identity API): it owns users and projects. */
public record Account(String id, String name) {}
