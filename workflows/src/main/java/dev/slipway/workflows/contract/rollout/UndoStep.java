package dev.slipway.workflows.contract.rollout;

/** What undoes a step of a rollout. Noted before the step runs; each also undoes a step that never happened. */
public enum UndoStep {
    RELEASE_SLOTS,
    REMOVE_NEW,
    SHIFT_BACK,
    RESTORE_OLD
}
