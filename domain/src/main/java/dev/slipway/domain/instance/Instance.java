package dev.slipway.domain.instance;

import dev.slipway.domain.problem.ForeignText;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The observed state of an instance.
 *
 * @param address null until it is ready
 * @param exitCode null while it runs, or if the code is not known
 * @param cause why it failed to start, exited, or does not answer though it is ready, for its user; null if it did not, or if we stopped it
 * @param stoppedByUs whether we stopped it, which is no crash
 * @param warnings what its runtime found odd in its package and serves all the same, each text once
 */
public record Instance(
        InstanceId id,
        InstanceState state,
        @Nullable Address address,
        @Nullable Integer exitCode,
        @Nullable String cause,
        boolean stoppedByUs,
        List<String> warnings) {

    public Instance {
        // Stored ones from before there were warnings have none.
        warnings = Objects.requireNonNullElse(warnings, List.<String>of()).stream()
                .map(ForeignText::plain)
                .toList();
        cause = cause == null ? null : ForeignText.plain(cause);
    }

    /** One without warnings. */
    public Instance(
            InstanceId id,
            InstanceState state,
            @Nullable Address address,
            @Nullable Integer exitCode,
            @Nullable String cause,
            boolean stoppedByUs) {
        this(id, state, address, exitCode, cause, stoppedByUs, List.of());
    }

    /** The same with these warnings. */
    public Instance withWarnings(List<String> texts) {
        return new Instance(id, state, address, exitCode, cause, stoppedByUs, texts);
    }

    /** Whether it is ready and answers its health checks, as far as is known. */
    public boolean answers() {
        return state == InstanceState.READY && cause == null;
    }

    /** Whether it crashed. */
    public boolean hasCrashed() {
        return state == InstanceState.EXITED && !stoppedByUs;
    }
}
