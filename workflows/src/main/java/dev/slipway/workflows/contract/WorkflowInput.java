package dev.slipway.workflows.contract;

import org.jspecify.annotations.Nullable;

/**
 * The one input of a workflow of ours. Its constructor refuses what is missing or impossible by an {@link IllegalArgumentException} that
 * names the field, what was expected and what was found. An input that is refused so, or is none at all, ends the workflow as failed with
 * type {@link FailureTypes#INVALID}: it was started by hand, and no later try would read it.
 */
public interface WorkflowInput {

    /** The text of a field, which has to be there. */
    static String text(String field, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("field '%s': expected a text, found %s"
                    .formatted(field, value == null ? "none" : "'%s'".formatted(value)));
        }
        return value;
    }

    /** The number of a field that counts from 1. */
    static long atLeastOne(String field, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "field '%s': expected a number of at least 1, found %d".formatted(field, value));
        }
        return value;
    }
}
