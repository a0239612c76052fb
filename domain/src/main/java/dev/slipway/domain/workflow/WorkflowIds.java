package dev.slipway.domain.workflow;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The ids of workflows: {@code service/NAME/ID}, {@code service/NAME/ID/rollout/GENERATION}, {@code batch/NAME/TASK/ATTEMPT},
 * {@code model/NAME/VERSION/ID}. The name is for people who read a list of workflows; it never changes while the thing exists. A name with
 * other characters than ASCII letters, digits, {@code -}, {@code _} and {@code .} is left out, so that an id can be typed and be part of an
 * address.
 */
public final class WorkflowIds {

    private static final String SERVICE = "service";
    private static final String MODEL = "model";
    private static final String JOB = "batch";

    private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}");

    private WorkflowIds() {}

    /** Of the lifecycle of a service. */
    public static String service(String name, String id) {
        return path(SERVICE, name, id);
    }

    /** Of one rollout of a service. */
    public static String rollout(String name, String id, long generation) {
        return "%s/rollout/%d".formatted(service(name, id), generation);
    }

    /** Of a task of a batch service. */
    public static String job(String name, String taskId, int attempt) {
        return "%s/%d".formatted(path(JOB, name, taskId), attempt);
    }

    /** Of the import of a model. */
    public static String model(String name, String version, String id) {
        return SAFE.matcher(version).matches() && SAFE.matcher(name).matches()
                ? "%s/%s/%s/%s".formatted(MODEL, name, version, id)
                : "%s/%s".formatted(MODEL, id);
    }

    private static String path(String kind, String name, String id) {
        return SAFE.matcher(name).matches() ? "%s/%s/%s".formatted(kind, name, id) : "%s/%s".formatted(kind, id);
    }

    /** The id of the service whose lifecycle it is; empty for any other id. */
    public static Optional<String> lifecycleOf(String workflowId) {
        String[] parts = workflowId.split("/", -1);
        return parts[0].equals(SERVICE) && (parts.length == 2 || parts.length == 3)
                ? Optional.of(parts[parts.length - 1])
                : Optional.empty();
    }

    /** What the workflow works for; empty for an id that is none of ours. */
    public static Optional<Subject> subjectOf(String workflowId) {
        String[] parts = workflowId.split("/", -1);
        int count = parts.length;
        return switch (parts[0]) {
            case SERVICE -> count >= 2 && count <= 5 ? subject(Kind.SERVICE, parts[1 + count % 2]) : Optional.empty();
            case MODEL -> count == 2 || count == 4 ? subject(Kind.MODEL, parts[count - 1]) : Optional.empty();
            case JOB -> count == 3 || count == 4 ? subject(Kind.TASK, parts[count - 2]) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Optional<Subject> subject(Kind kind, String id) {
        return Optional.of(new Subject(kind, id));
    }

    /** What a workflow works for. */
    public enum Kind {
        SERVICE,
        MODEL,
        /** Of a batch service. */
        TASK
    }

    /** One of them by its id. */
    public record Subject(Kind kind, String id) {}
}
