package dev.slipway.domain.access;

/** A project of an account. */
public record Project(ProjectId id, String name, Account account) {}
