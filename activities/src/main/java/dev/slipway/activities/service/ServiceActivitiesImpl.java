package dev.slipway.activities.service;

import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.Seal;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventType;
import dev.slipway.domain.event.Origin;
import dev.slipway.domain.instance.InstanceSetStore;
import dev.slipway.domain.instance.InstanceSetStore.Row;
import dev.slipway.domain.instance.SetOwner;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.rollout.RolloutOutcome;
import dev.slipway.domain.rollout.RolloutStore;
import dev.slipway.domain.rollout.RolloutStore.Settled;
import dev.slipway.domain.rollout.Shares;
import dev.slipway.domain.route.RouteRows;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceConfig;
import dev.slipway.domain.service.ServiceEntry;
import dev.slipway.domain.service.ServiceGeneration.Outcome;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.service.ServiceTransaction;
import dev.slipway.domain.service.Wanted;
import dev.slipway.domain.wait.Wait;
import dev.slipway.domain.wait.WaitCondition;
import dev.slipway.domain.wait.WaitStore;
import dev.slipway.domain.workflow.WorkflowIds;
import dev.slipway.workflows.contract.batch.BatchResult;
import dev.slipway.workflows.contract.service.ServiceActivities;
import dev.slipway.workflows.contract.service.ServicePlan;
import dev.slipway.workflows.contract.service.ServicePlan.Next;
import dev.slipway.workflows.contract.service.ServiceStep;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@link ServiceActivities}. */
public final class ServiceActivitiesImpl implements ServiceActivities {

    private static final String LOOK_INTO_THE_LOG =
            "Look into the worker's log for the service's id; './slipway doctor' looks at this machine.";

    private final ServiceStore services;
    private final InstanceSetStore sets;
    private final RolloutStore rollouts;
    private final BatchStore tasks;
    private final JobCounts jobs;
    private final WaitStore waits;
    private final ServiceCommands commands;
    private final Clock clock;

    public ServiceActivitiesImpl(
            ServiceStore services,
            InstanceSetStore sets,
            RolloutStore rollouts,
            BatchStore tasks,
            WaitStore waits,
            ServiceCommands commands,
            Clock clock) {
        this.services = services;
        this.sets = sets;
        this.rollouts = rollouts;
        this.tasks = tasks;
        this.jobs = new JobCounts(tasks);
        this.waits = waits;
        this.commands = commands;
        this.clock = clock;
    }

    @Override
    public ServicePlan plan(String serviceId) {
        return services.change(new ServiceId(serviceId), this::plan);
    }

    private ServicePlan plan(ServiceTransaction transaction) {
        Service service = transaction.service();
        long generation = service.numbers().generation();
        if (service.numbers().taken() < generation) {
            transaction.save(service.taking(generation));
        }
        if (service.isSettled()) {
            waits.remove(workflow(service)); // a settled service waits for nothing
        }
        List<Long> open = rollouts.unsettled(service.id());
        Next next = next(service, open.contains(generation));
        return new ServicePlan(
                service.id().value(),
                next,
                generation,
                service.state().wireName(),
                service.tenant(),
                title(service, next),
                service.name(),
                transaction.commandedBy(generation).map(Origin::words).orElse(null),
                service.dueAt(),
                service.taskId(),
                jobs.hasEnded(service),
                open.isEmpty() ? null : open.getLast());
    }

    private Next next(Service service, boolean rolloutIsOpen) {
        if (service.state() == ServiceState.DELETED) {
            return Next.GONE;
        }
        if (service.isSettled()) {
            return Next.REST;
        }
        return switch (service.wanted()) {
            case DELETED -> Next.DELETE;
            case STOPPED -> Next.STOP;
            case RUNNING -> {
                if (service.inferType() == InferType.BATCH) {
                    yield Next.RUN_BATCH;
                }
                yield !rolloutIsOpen && hasItsInstances(service) ? Next.SHARE : Next.ROLL_OUT;
            }
        };
    }

    /** Whether the service has exactly the instances that it asks for. */
    private boolean hasItsInstances(Service service) {
        Map<String, Integer> there = sets.of(owner(service)).stream()
                .filter(row -> row.count() > 0)
                .collect(Collectors.toMap(row -> row.id().value(), Row::count));
        Map<String, Integer> asked = service.asked().entries().stream()
                .collect(Collectors.toMap(entry -> entry.set().value(), ServiceEntry::instanceCount));
        return service.serving() != null && there.equals(asked);
    }

    /** What it is asked to run, and what serves until then; what it runs, if that is something else, as after a rollback. */
    private static String title(Service service, Next next) {
        ServiceConfig serving = service.serving();
        String asked = words(service.asked());
        if (serving == null || words(serving).equals(asked)) {
            return "%s: %s".formatted(service.name(), asked);
        }
        if (next == Next.ROLL_OUT && service.numbers().serving() > 0) {
            return "%s: %s -> %s".formatted(service.name(), words(serving), asked);
        }
        if (!service.isSettled()) {
            return "%s: %s".formatted(service.name(), asked);
        }
        return "%s: %s (asked for: %s)".formatted(service.name(), words(serving), asked);
    }

    private static String words(ServiceConfig config) {
        return config.entries().stream()
                .map(entry -> "%d x %s".formatted(entry.instanceCount(), entry.label()))
                .collect(Collectors.joining(", "));
    }

    @Override
    public void stopWhenDue(String serviceId, Instant dueAt) {
        commands.stopWhenDue(new ServiceId(serviceId), dueAt);
    }

    @Override
    public void share(ServiceStep step) {
        settle(step, transaction -> {
            Service service = transaction.service();
            Shares.settled(transaction.routes(), service.asked());
            transaction.settle(step.generation(), Outcome.SUCCESS, null);
            transaction.save(service.settledServing(transaction.generation(step.generation()), now()));
            transaction.record(event(step, "updated", "Service %s updated successfully.".formatted(service.name())));
        });
    }

    @Override
    public void batchEnded(ServiceStep step, BatchResult result) {
        services.change(new ServiceId(step.serviceId()), transaction -> {
            String error = result.error();
            boolean failed = error != null;
            transaction.settle(step.generation(), failed ? Outcome.FAIL : Outcome.SUCCESS, error);
            Service service = transaction.service();
            if (service.asksFor(step.generation()) && !service.isSettled()) {
                transaction.save(service.settledDown(step.generation(), stateOf(result), error, now()));
                transaction.record(batchEvent(step, service, result));
            }
            return true;
        });
    }

    private static ServiceState stateOf(BatchResult result) {
        return switch (result.end()) {
            case FINISHED -> ServiceState.FINISHED;
            case FAILED -> ServiceState.FAILED;
            case STOPPED -> ServiceState.STOPPED;
        };
    }

    private Event batchEvent(ServiceStep step, Service service, BatchResult result) {
        String counts = jobs.of(service);
        return switch (result.end()) {
            case FINISHED ->
                batchEvent(
                        step,
                        "finished",
                        EventType.NORMAL,
                        "Service stopped automatically after running.",
                        counts,
                        result.failed() == 0 ? null : "The manifest says of each file what failed.");
            case STOPPED -> batchEvent(step, "stopped", EventType.NORMAL, "Service stopped.", counts, null);
            case FAILED -> {
                String whole = Objects.requireNonNullElse(result.error(), "unknown");
                String error = whole.lines().findFirst().orElse("");
                String log = whole.substring(error.length()).strip();
                String cause = Stream.of(Objects.requireNonNullElse(counts, ""), log)
                        .filter(text -> !text.isEmpty())
                        .collect(Collectors.joining("\n"));
                // The guide's text holds the whole cause, which is not told twice.
                yield batchEvent(
                        step,
                        "failed",
                        EventType.ABNORMAL,
                        "Failed to run batch service, retry later. Error message: %s."
                                .formatted(error.endsWith(".") ? error.substring(0, error.length() - 1) : error),
                        cause.isEmpty() ? null : cause,
                        log.isEmpty()
                                ? "Correct what the message names and start the service again."
                                : "Look at the end of the instance's log in the cause ('./slipway logs %s' shows it too), correct the package or its configuration, and start the service again."
                                        .formatted(service.name()));
            }
        };
    }

    private Event batchEvent(
            ServiceStep step,
            String name,
            EventType type,
            String info,
            @Nullable String counts,
            @Nullable String advice) {
        return new Event(step.serviceId(), key(step, name), type, info, counts, advice, now(), null);
    }

    @Override
    public void stopped(ServiceStep step) {
        settle(step, transaction -> {
            settleOpenRollouts(transaction);
            waits.removeAll(step.workflow());
            transaction.settle(step.generation(), Outcome.SUCCESS, null);
            transaction.save(transaction.service().settledDown(step.generation(), ServiceState.STOPPED, null, now()));
            transaction.record(new Event(
                    step.serviceId(),
                    key(step, "stopped"),
                    EventType.NORMAL,
                    "Service stopped.",
                    jobs.of(transaction.service()),
                    null,
                    now(),
                    null));
        });
    }

    @Override
    public void deleted(ServiceStep step) {
        settle(step, transaction -> {
            settleOpenRollouts(transaction);
            transaction.settle(step.generation(), Outcome.SUCCESS, null);
            waits.removeAll(step.workflow());
            transaction.routes().erase();
            transaction.save(transaction.service().settledDown(step.generation(), ServiceState.DELETED, null, now()));
            transaction.record(event(step, "deleted", "Service deleted."));
        });
    }

    @Override
    public void awaitSettled(ServiceStep step) {
        Optional<Service> service = services.find(new ServiceId(step.serviceId()));
        String job = service.map(Service::taskId).orElse(null);
        WaitCondition end = job == null
                ? new WaitCondition.ServiceSettled(step.serviceId(), step.generation())
                : new WaitCondition.TaskEnded(job);
        waits.put(new Wait(step.workflow(), end, now()));
    }

    @Override
    public void report(ServiceStep step, String what, String cause) {
        services.change(new ServiceId(step.serviceId()), transaction -> {
            Service service = transaction.service();
            long generation = step.generation() == 0 ? service.numbers().generation() : step.generation();
            transaction.record(Event.abnormal(
                    step.serviceId(),
                    "g%d/could-not/%s".formatted(generation, what),
                    "Could not %s of service %s; what comes after it is done all the same."
                            .formatted(what, service.name()),
                    cause,
                    LOOK_INTO_THE_LOG,
                    now()));
            return true;
        });
    }

    @Override
    public void startedAgain(ServiceStep step, String what, String runId, String cause) {
        services.change(new ServiceId(step.serviceId()), transaction -> {
            transaction.record(Event.abnormal(
                    step.serviceId(),
                    key(step, "lost/" + runId),
                    "The workflow of the %s of service %s is gone; it is started again and goes on with what is not done."
                            .formatted(what, transaction.service().name()),
                    cause,
                    "Nothing has to be done. To end a service, stop or delete it; do not terminate its workflows.",
                    now()));
            return true;
        });
    }

    @Override
    public void giveUp(ServiceStep step, String cause) {
        endTask(step, cause);
        try {
            services.change(new ServiceId(step.serviceId()), transaction -> {
                Service service = transaction.service();
                if (isUnsettled(step, service)) {
                    giveUp(transaction, service.numbers().generation(), cause);
                }
                return true;
            });
        } catch (NotFound nothingToEnd) {
            // It never existed, so there is nothing to end.
        }
    }

    /** Before the service: a task whose service has settled would never be looked at again. */
    private void endTask(ServiceStep step, String cause) {
        services.find(new ServiceId(step.serviceId()))
                .filter(service -> isUnsettled(step, service))
                .map(Service::taskId)
                .flatMap(task -> tasks.find(new TaskId(task)))
                .filter(task -> task.endedAt() == null)
                .ifPresent(task -> {
                    tasks.seal(task.id(), Seal.failed(cause));
                    tasks.end(task.id(), cause, now());
                });
    }

    private static String workflow(Service service) {
        return WorkflowIds.service(service.name(), service.id().value());
    }

    private static boolean isUnsettled(ServiceStep step, Service service) {
        boolean ours = step.generation() == 0 || service.numbers().generation() == step.generation();
        return ours && !service.isSettled();
    }

    private void giveUp(ServiceTransaction transaction, long generation, String cause) {
        Service service = transaction.service();
        waits.removeAll(workflow(service));
        endOpenRollouts(transaction, cause);
        transaction.settle(generation, Outcome.FAIL, cause);
        ServiceConfig serving = service.serving();
        boolean goesOn = service.wanted() == Wanted.RUNNING && service.inferType() == InferType.REAL_TIME;
        if (goesOn && serving != null) {
            keepOnly(transaction, serving);
            Shares.settled(transaction.routes(), serving);
            transaction.save(service.settledRolledBack(generation, now()));
        } else {
            keepOnly(transaction, new ServiceConfig(List.of()));
            ServiceState state =
                    switch (service.wanted()) {
                        case RUNNING -> ServiceState.FAILED;
                        case STOPPED -> ServiceState.STOPPED;
                        case DELETED -> ServiceState.DELETED;
                    };
            if (state == ServiceState.DELETED) {
                transaction.routes().erase();
            } else {
                transaction.routes().open(false);
            }
            transaction.save(service.settledDown(generation, state, cause, now()));
        }
        transaction.record(Event.abnormal(
                service.id().value(),
                "g%d/given-up".formatted(generation),
                "A step for service %s could not be done: %s.".formatted(service.name(), stands(transaction)),
                cause,
                LOOK_INTO_THE_LOG + " Then send the command again.",
                now()));
    }

    private static String stands(ServiceTransaction transaction) {
        return switch (transaction.service().state()) {
            case STOPPED -> "it is stopped all the same";
            case DELETED -> "it is deleted all the same";
            case FAILED -> "it has failed";
            default -> "it goes on serving what it served before";
        };
    }

    /** Sets the desired instances to those of this configuration; all others get no more requests. */
    private void keepOnly(ServiceTransaction transaction, ServiceConfig config) {
        Map<String, Integer> kept = config.entries().stream()
                .collect(Collectors.toMap(entry -> entry.set().value(), ServiceEntry::instanceCount));
        for (Row row : sets.of(owner(transaction.service()))) {
            Integer count = kept.get(row.id().value());
            if (count != null) {
                sets.want(row.owner(), row.set(), count);
                continue;
            }
            transaction.routes().rows().instances().stream()
                    .map(RouteRows.InstanceRow::id)
                    .filter(id -> id.set().equals(row.id()))
                    .toList()
                    .forEach(transaction.routes()::drain);
            sets.scaleDown(row.id(), 0, Set.of());
        }
    }

    /** If the run of a rollout was lost before a stop, nothing else ends it. */
    private void settleOpenRollouts(ServiceTransaction transaction) {
        endOpenRollouts(transaction, "the service was stopped or deleted meanwhile");
    }

    private void endOpenRollouts(ServiceTransaction transaction, String cause) {
        ServiceId id = transaction.service().id();
        for (long generation : rollouts.unsettled(id)) {
            Settled cancelled = new Settled(RolloutOutcome.CANCELLED, cause);
            rollouts.settle(id, generation, cancelled);
            transaction.settle(generation, Outcome.FAIL, cancelled.cause());
        }
    }

    private void settle(ServiceStep step, Consumer<ServiceTransaction> work) {
        services.change(new ServiceId(step.serviceId()), transaction -> {
            Service service = transaction.service();
            if (service.asksFor(step.generation()) && !service.isSettled()) {
                work.accept(transaction);
            }
            return true;
        });
    }

    private Event event(ServiceStep step, String what, String info) {
        return Event.normal(step.serviceId(), key(step, what), info, now());
    }

    private static String key(ServiceStep step, String what) {
        return "g%d/%s".formatted(step.generation(), what);
    }

    private static SetOwner owner(Service service) {
        return SetOwner.service(service.id().value());
    }

    private Instant now() {
        return clock.instant();
    }
}
