package dev.slipway.workflows.contract.request;

/** Which request workflow. */
public enum RequestKind {
    RUN_BATCH,
    DEPLOY_SERVICE,
    IMPORT_MODEL
}
