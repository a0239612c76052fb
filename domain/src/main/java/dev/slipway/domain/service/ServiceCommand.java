package dev.slipway.domain.service;

/** What can be asked of a service; the columns of the state table. */
public enum ServiceCommand {
    CHANGE_CONFIG,
    START,
    STOP,
    DELETE,
    AUTO_STOP
}
