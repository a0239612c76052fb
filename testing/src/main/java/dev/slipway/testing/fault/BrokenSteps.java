package dev.slipway.testing.fault;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All steps of workflows, by the test that breaks each of them in turn for ever. A test of the architecture checks that no interface of
 * activities is left out. A step is named by interface and method, such as {@code WaveActivities.end}, because methods of several
 * interfaces have the same name.
 */
public enum BrokenSteps {
    SERVICE(
            "service.ServiceActivities",
            "service.InstanceActivities",
            "rollout.RolloutActivities",
            "rollout.WaveActivities"),
    BATCH("batch.BatchTaskActivities", "batch.BatchInstanceActivities", "batch.BatchWorkActivities"),
    IMPORT("model.ImportRows", "model.ImportSlots", "model.ImportSteps", "model.ImportTrial", "model.ImportPrediction"),
    REQUEST("request.RequestActivities"),
    RETENTION("retention.RetentionActivities");

    private static final String CONTRACT = "dev.slipway.workflows.contract.";

    @SuppressWarnings("ImmutableEnumChecker") // List.of gives immutable ones
    private final List<String> interfaces;

    BrokenSteps(String... interfaces) {
        this.interfaces = List.of(interfaces);
    }

    /** Names of the interfaces of all steps. */
    public static Set<String> interfaces() {
        return Arrays.stream(values())
                .flatMap(area -> area.interfaces.stream())
                .map(CONTRACT::concat)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The name of a step. */
    public static String name(Class<?> type, String method) {
        return type.getSimpleName() + "." + method;
    }

    /** All steps of this area. */
    public Stream<String> all() {
        return interfaces.stream()
                .map(BrokenSteps::load)
                .flatMap(type -> Arrays.stream(type.getMethods()).map(method -> name(type, method.getName())))
                .sorted();
    }

    /** All but these, which a test of their own breaks. */
    public Stream<String> without(Set<String> others) {
        Set<String> unknown = new TreeSet<>(others);
        unknown.removeAll(all().toList());
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("no such steps: " + unknown);
        }
        return all().filter(step -> !others.contains(step));
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(CONTRACT + name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("'%s' is not on the class path of this test".formatted(name), e);
        }
    }
}
