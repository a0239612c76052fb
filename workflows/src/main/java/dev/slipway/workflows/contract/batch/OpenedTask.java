package dev.slipway.workflows.contract.batch;

import org.jspecify.annotations.Nullable;

/**
 * How a task stands when its workflow looks.
 *
 * @param title model and source, for people
 * @param lanes chunks that are worked on at once
 * @param sealed whether its end is decided: nothing is left but to finish
 * @param ended the result, if it has ended before; null if it has not
 */
public record OpenedTask(
        String title, int lanes, boolean sealed, @Nullable BatchResult ended) {}
