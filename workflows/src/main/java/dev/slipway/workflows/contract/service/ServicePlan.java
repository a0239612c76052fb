package dev.slipway.workflows.contract.service;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The state of the row, and what to do next.
 *
 * @param generation asked
 * @param state as clients read it
 * @param tenant id of the domain
 * @param title name of the service and what it is asked to run, for people
 * @param name of the service
 * @param by who gave the command of that generation, in words; null if nobody did
 * @param autoStopAt null if no schedule is armed
 * @param taskId the run of a batch service, null in a real-time service
 * @param jobHasEnded whether that run has ended, so that no workflow is started for it
 * @param openRollout generation of a rollout without an outcome, null if there is none
 */
public record ServicePlan(
        String serviceId,
        Next next,
        long generation,
        String state,
        String tenant,
        String title,
        String name,
        @Nullable String by,
        @Nullable Instant autoStopAt,
        @Nullable String taskId,
        boolean jobHasEnded,
        @Nullable Long openRollout) {

    /** The transitions. */
    public enum Next {
        /** Nothing: the service is as wanted. */
        REST,
        /** Only shares of the requests change. */
        SHARE,
        /** Instances start, are replaced or end. */
        ROLL_OUT,
        /** A batch job runs. */
        RUN_BATCH,
        STOP,
        DELETE,
        /** The service is deleted: nothing is left to do, ever. */
        GONE;

        /** For people, as in "roll out". */
        public String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }
}
