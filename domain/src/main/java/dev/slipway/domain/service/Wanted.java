package dev.slipway.domain.service;

/** What a generation asks for. */
public enum Wanted {
    RUNNING,
    STOPPED,
    DELETED
}
