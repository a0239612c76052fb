package dev.slipway.workflows.wake;

import dev.slipway.workflows.contract.batch.BatchInstanceActivities;
import dev.slipway.workflows.contract.batch.BatchTaskActivities;
import dev.slipway.workflows.contract.batch.BatchWorkActivities;
import dev.slipway.workflows.contract.request.RequestActivities;
import dev.slipway.workflows.contract.rollout.RolloutActivities;
import dev.slipway.workflows.contract.rollout.WaveActivities;
import dev.slipway.workflows.contract.service.InstanceActivities;
import dev.slipway.workflows.contract.service.ServiceActivities;
import io.temporal.failure.ApplicationFailure;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All activities of services, rollouts and jobs: each answers the same whenever it is called, and is counted. */
final class Script {

    private final Map<String, Supplier<?>> answers = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final Map<String, List<Object>> latest = new ConcurrentHashMap<>();

    /**
     * From now on the activity answers so.
     *
     * @param method as {@code ServiceActivities.plan}; those that answer nothing need none
     */
    Script answer(String method, Supplier<?> answer) {
        answers.put(method, answer);
        return this;
    }

    /** How often it was called. */
    int calls(String method) {
        AtomicInteger count = calls.get(method);
        return count == null ? 0 : count.get();
    }

    /** The arguments of its last call; empty if it was not called. */
    List<Object> latest(String method) {
        return latest.getOrDefault(method, List.of());
    }

    /** To be registered with a worker. */
    Object ofServicesAndJobs() {
        return proxy(
                ServiceActivities.class,
                InstanceActivities.class,
                BatchTaskActivities.class,
                BatchInstanceActivities.class);
    }

    /** To be registered with a worker of its own queue. */
    Object ofBatchWork() {
        return proxy(BatchWorkActivities.class);
    }

    /** To be registered with a worker. On its own, since rollouts end instances by a method of the same name as services do. */
    Object ofRollouts() {
        return proxy(RolloutActivities.class, WaveActivities.class);
    }

    /** To be registered with a worker. */
    Object ofRequests() {
        return proxy(RequestActivities.class);
    }

    private Object proxy(Class<?>... activities) {
        return Proxy.newProxyInstance(
                Script.class.getClassLoader(),
                activities,
                (proxy, method, arguments) -> call(proxy, method, arguments));
    }

    private @Nullable Object call(Object proxy, Method method, Object[] arguments) {
        if (method.getDeclaringClass() == Object.class) {
            return switch (method.getName()) {
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "script";
            };
        }
        String name = method.getDeclaringClass().getSimpleName() + "." + method.getName();
        calls.computeIfAbsent(name, none -> new AtomicInteger()).incrementAndGet();
        latest.put(name, List.of(arguments));
        Supplier<?> answer = answers.get(name);
        if (answer != null) {
            return answer.get();
        }
        if (method.getReturnType() == void.class) {
            return null;
        }
        throw ApplicationFailure.newNonRetryableFailure("the script has no answer of " + name, "SCRIPT");
    }
}
