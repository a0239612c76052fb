package dev.slipway.workflows.contract.model;

/**
 * Why a step ends the import. Only the user can correct it, so no retry helps.
 *
 * @param info text of the step's event (guide 2.6)
 * @param cause what was expected and found, with file, line and column where there are some
 * @param advice what to do
 */
public record Refusal(String info, String cause, String advice) {}
