package dev.slipway.domain.access;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotAllowed;

/** A project: 32 hexadecimal digits in lower case. Everything that users create belongs to one project and is invisible in others. */
public record ProjectId(String value) {

    public ProjectId {
        if (!value.matches("[0-9a-f]{32}")) {
            throw new NotAllowed(
                    ErrorCode.PROJECT_MISMATCH, "project id '%s': expected 32 hexadecimal digits".formatted(value));
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
