package dev.slipway.domain.service;

import dev.slipway.domain.access.Caller;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.Origin;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.problem.Conflict;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NoCapacity;
import dev.slipway.domain.problem.NotAllowed;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.service.ServiceGeneration.Outcome;
import dev.slipway.domain.service.ServiceState.Reaction;
import dev.slipway.domain.storage.ProjectObjects;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The commands over services. Each is one transaction that checks the state table and writes generation and event, followed by a wake of
 * the workflow. Services are created and changed only here. Safe for use by many threads.
 */
public final class ServiceCommands {

    private static final System.Logger LOG = System.getLogger(ServiceCommands.class.getName());

    private final ServiceStore services;
    private final ConfigRules rules;
    private final ServiceWaker wake;
    private final Clock clock;
    private final @Nullable Origin origin;

    /** For projects that share all objects. */
    public ServiceCommands(ServiceStore services, Pools pools, ServiceWaker wake, Clock clock) {
        this(services, pools, ProjectObjects.ofEverybody(), wake, clock);
    }

    /** @param objects which inputs and outputs a project may name */
    public ServiceCommands(ServiceStore services, Pools pools, ProjectObjects objects, ServiceWaker wake, Clock clock) {
        this(services, new ConfigRules(pools, objects), wake, clock, null);
    }

    private ServiceCommands(
            ServiceStore services, ConfigRules rules, ServiceWaker wake, Clock clock, @Nullable Origin origin) {
        this.services = services;
        this.rules = rules;
        this.wake = wake;
        this.clock = clock;
        this.origin = origin;
    }

    /** The same commands, given by that one: their events and log lines say so. */
    public ServiceCommands by(Origin giver) {
        return new ServiceCommands(services, rules, wake, clock, giver);
    }

    /** The same commands without a wake, for use in a larger transaction: the caller calls {@link #wake} after the commit. */
    public ServiceCommands withoutWakes() {
        return new ServiceCommands(services, rules, service -> {}, clock, origin);
    }

    /** Wakes the workflow of a service. */
    public void wake(ServiceId id) {
        services.find(id).ifPresent(this::wake);
    }

    /**
     * Accepts a new service: when this returns, its row exists with state deploying.
     *
     * @throws Conflict SERVICE_NAME_TAKEN
     * @throws Invalid if it breaks a rule; NoCapacity if a pool never has that many slots
     */
    public Service create(Caller caller, ServiceCreation creation) {
        Service created = services.create(draft(caller, creation, now()), transaction -> by(caller.origin())
                .created(transaction, creation.entries()));
        by(caller.origin()).log(created);
        wake(created);
        return created;
    }

    /**
     * Changes, starts or stops a service.
     *
     * @throws NotFound SERVICE_UNKNOWN if the project has none of that id, or it is being deleted
     * @throws Conflict WRONG_STATE if its state does not allow the command
     */
    public Accepted update(ProjectId project, ServiceId id, ServiceUpdate update) {
        Accepted accepted = services.change(id, transaction -> {
            requireVisible(transaction.service(), project);
            return updated(transaction, update);
        });
        if (accepted.wakes()) {
            log(accepted.service());
            wake(accepted.service());
        }
        return accepted;
    }

    /**
     * Starts a new task of a batch service. Description, priority and extras are taken from {@code creation}.
     *
     * @throws Conflict SERVICE_NAME_TAKEN if it is no batch service or {@code creation} has another configuration; WRONG_STATE if a task of
     *     it still runs
     */
    public Accepted runAgain(Service known, ServiceCreation creation) {
        return commandAgain(known, creation, transaction -> {
            Service service = transaction.service();
            if (service.state().on(ServiceCommand.START) != Reaction.DEPLOYING) {
                throw new Conflict(
                        ErrorCode.WRONG_STATE,
                        "service '%s' is %s, its task '%s' has not ended: wait until it has, or stop it"
                                .formatted(service.name(), service.state().wireName(), service.taskId()));
            }
            ServiceConfig config = rules.config(
                    transaction, creation.entries(), service.numbers().generation(), null);
            if (!config.asksTheSameAs(service.shown())) {
                throw new Conflict(
                        ErrorCode.SERVICE_NAME_TAKEN,
                        "service '%s' exists with another configuration: send an equal one, change the service's with update-service, or take another name"
                                .formatted(service.name()));
            }
            return started(transaction);
        });
    }

    /**
     * Brings a real-time service to {@code creation}: configuration, state running, and everything else, with defaults for what it leaves
     * out. Does nothing if the service is already so.
     *
     * @throws Conflict SERVICE_NAME_TAKEN if it is no real-time service; WRONG_STATE if its state does not allow the change
     */
    public Accepted deployAgain(Service known, ServiceCreation creation) {
        return commandAgain(known, creation, transaction -> {
            Accepted changed = reconfigured(transaction, service -> creation.entries());
            return changed.service().state() == ServiceState.STOPPED ? started(transaction) : changed;
        });
    }

    private Accepted commandAgain(
            Service known, ServiceCreation creation, Function<ServiceTransaction, Accepted> command) {
        Accepted accepted = services.change(known.id(), transaction -> {
            requireKind(transaction.service(), creation.inferType());
            ServiceUpdate rest = restOf(creation);
            Instant now = now();
            boolean reordered = describe(transaction, rest, now);
            boolean rescheduled = reschedule(transaction, rest, now);
            return command.apply(transaction).alsoWaking(rescheduled || reordered);
        });
        if (accepted.wakes()) {
            log(accepted.service());
            wake(accepted.service());
        }
        return accepted;
    }

    private static void requireKind(Service service, InferType wanted) {
        if (service.state() == ServiceState.DELETING || service.state() == ServiceState.DELETED) {
            throw new Conflict(
                    ErrorCode.WRONG_STATE,
                    "service '%s' is being deleted: wait until it is gone".formatted(service.name()));
        }
        if (service.inferType() != wanted) {
            throw new Conflict(
                    ErrorCode.SERVICE_NAME_TAKEN,
                    "service '%s' exists already with infer_type '%s', found '%s': take another name"
                            .formatted(service.name(), service.inferType().wireName(), wanted.wireName()));
        }
    }

    /** Everything but the configuration, as an update. */
    private static ServiceUpdate restOf(ServiceCreation creation) {
        AutoStop schedule = creation.schedule();
        return new ServiceUpdate(
                null,
                Wanted.RUNNING,
                Objects.requireNonNullElse(creation.description(), ""),
                schedule == null ? List.of() : List.of(schedule),
                creation.priority(),
                (type, before) -> creation.extras());
    }

    /** Withdraws {@code generation} if it is not settled: by a stop, or by a rollback that its rollout has to do. */
    public Withdrawal withdraw(ServiceId id, long generation) {
        Withdrawn withdrawn = services.change(id, transaction -> {
            Service service = transaction.service();
            if (!service.asksFor(generation) || service.isSettled() || service.wanted() != Wanted.RUNNING) {
                return new Withdrawn(Withdrawal.TOO_LATE, service);
            }
            if (service.numbers().serving() > 0) {
                record(transaction, ServiceEvents.withdrawing(service, now()));
                return new Withdrawn(Withdrawal.NEEDS_ROLLBACK, service);
            }
            return new Withdrawn(
                    Withdrawal.ENDING, stopped(transaction, ServiceCommand.STOP).service());
        });
        if (withdrawn.how() != Withdrawal.TOO_LATE) {
            log(withdrawn.service());
        }
        if (withdrawn.how() == Withdrawal.ENDING) {
            wake(id);
        }
        return withdrawn.how();
    }

    private record Withdrawn(Withdrawal how, Service service) {}

    /**
     * Deletes services. Does nothing for one that is being deleted.
     *
     * @throws NotFound SERVICE_UNKNOWN if the project does not have all of them: then none is deleted
     */
    public void delete(ProjectId project, List<ServiceId> ids) {
        for (ServiceId id : ids) {
            find(project, id);
        }
        for (ServiceId id : ids) {
            Accepted accepted = services.change(id, transaction -> {
                requireVisible(transaction.service(), project);
                return deleted(transaction);
            });
            if (accepted.wakes()) {
                log(accepted.service());
                wake(accepted.service());
            }
        }
    }

    /** The auto-stop that was armed for {@code dueAt} is due. Does nothing if it is no longer armed for that. */
    public void stopWhenDue(ServiceId id, Instant dueAt) {
        Accepted accepted = services.change(id, transaction -> {
            Service service = transaction.service();
            return dueAt.equals(service.dueAt()) ? stopped(transaction, ServiceCommand.AUTO_STOP) : unchanged(service);
        });
        if (accepted.wakes()) {
            log(accepted.service());
            wake(accepted.service());
        }
    }

    /**
     * Tells a service that an alias that it names was moved: if it follows the alias it is updated, else an event says what it keeps. Does
     * nothing, and leaves it to a later call, while its state allows no update; also nothing if no alias was moved.
     */
    public void follow(ServiceId id) {
        Accepted accepted = services.change(id, this::followed);
        if (accepted.wakes()) {
            log(accepted.service());
            wake(accepted.service());
        }
    }

    private Accepted followed(ServiceTransaction transaction) {
        Service service = transaction.service();
        Reaction reaction = service.state().on(ServiceCommand.CHANGE_CONFIG);
        if (reaction == Reaction.REFUSED) {
            return unchanged(service);
        }
        transaction.forgetMovedAlias();
        if (reaction == Reaction.UNKNOWN) {
            return unchanged(service);
        }
        Instant now = now();
        try {
            List<Event> moves = new ArrayList<>();
            boolean follows = false;
            for (ServiceEntry entry : service.shown().entries()) {
                AliasUse use = entry.alias();
                Model named = use == null ? null : transaction.lockModel(use.alias());
                if (use != null && named != null && !named.id().equals(entry.model())) {
                    follows |= use.follows();
                    moves.add(ServiceEvents.aliasMoved(service, use, named, entry, now));
                }
            }
            Accepted accepted = follows
                    ? reconfigured(transaction, before -> before.shown().entries().stream()
                            .map(EntryRequest::of)
                            .toList())
                    : unchanged(service);
            moves.forEach(event -> record(transaction, event));
            return accepted;
        } catch (Invalid | NoCapacity | NotAllowed refused) {
            record(transaction, ServiceEvents.aliasNotFollowed(service, String.valueOf(refused.getMessage()), now));
            return unchanged(service);
        }
    }

    /** The project's service, also one that is being deleted. @throws NotFound SERVICE_UNKNOWN if it has none of that id */
    public Service find(ProjectId project, ServiceId id) {
        return services.find(id).filter(service -> isVisible(service, project)).orElseThrow(() -> unknown(id));
    }

    /** The project's service of that name, also one that is being deleted. */
    public Optional<Service> named(ProjectId project, String name) {
        return services.list(project, ServiceStore.ServiceQuery.named(name)).services().stream()
                .findFirst();
    }

    private static Service draft(Caller caller, ServiceCreation creation, Instant now) {
        return new Service(
                new Service.Identity(
                        ServiceId.random(),
                        caller.project(),
                        caller.domainId(),
                        caller.userId(),
                        creation.name(),
                        creation.inferType(),
                        creation.workspaceId(),
                        now),
                new Service.Details(creation.description(), creation.priority(), creation.extras()),
                new Service.Standing(ServiceState.DEPLOYING, now, null),
                Service.Numbers.first(),
                Wanted.RUNNING,
                new ServiceConfig(List.of()),
                null,
                now,
                creation.schedule(),
                null);
    }

    private Service created(ServiceTransaction transaction, List<EntryRequest> entries) {
        Service draft = transaction.service();
        Instant now = draft.publishedAt();
        ServiceConfig config =
                rules.config(transaction, entries, draft.numbers().generation(), null);
        Service service = withNewTask(draft.withAsked(Wanted.RUNNING, config));
        transaction.add(generation(service, true, now));
        record(transaction, ServiceEvents.deploying(service, now));
        service = armed(transaction, service, now);
        transaction.save(service);
        return service;
    }

    private Accepted updated(ServiceTransaction transaction, ServiceUpdate update) {
        Service before = transaction.service();
        if (before.state() == ServiceState.DELETING) {
            throw unknown(before.id());
        }
        Instant now = now();
        boolean reordered = describe(transaction, update, now);
        boolean rescheduled = reschedule(transaction, update, now);
        Accepted accepted = commanded(transaction, update);
        return accepted.alsoWaking(rescheduled || reordered);
    }

    private Accepted commanded(ServiceTransaction transaction, ServiceUpdate update) {
        if (update.status() == Wanted.RUNNING) {
            return started(transaction);
        }
        if (update.status() == Wanted.STOPPED) {
            return stopped(transaction, ServiceCommand.STOP);
        }
        ConfigRequest config = update.config();
        return config == null ? unchanged(transaction.service()) : reconfigured(transaction, config);
    }

    /** Whether a batch service has another place in a queue now, if its job waits. */
    private boolean describe(ServiceTransaction transaction, ServiceUpdate update, Instant now) {
        Service service = transaction.service();
        Service changed = service.withDetails(described(service, update));
        if (changed.equals(service)) {
            return false;
        }
        if (!Objects.equals(changed.description(), service.description())) {
            record(transaction, ServiceEvents.described(service, now));
        }
        if (changed.priority() != service.priority()) {
            record(transaction, ServiceEvents.prioritised(service, changed.priority(), now));
        }
        transaction.save(changed);
        return changed.priority() != service.priority() && service.inferType() == InferType.BATCH;
    }

    /** An empty description removes the old one; what the update does not name stays. */
    private static Service.Details described(Service service, ServiceUpdate update) {
        Service.Details before = service.details();
        String description = update.description() == null ? before.description() : update.description();
        return new Service.Details(
                description == null || description.isEmpty() ? null : description,
                Objects.requireNonNullElse(update.priority(), before.priority()),
                update.extras().apply(service.inferType(), before.extras()));
    }

    /** Whether the auto-stop was armed or removed. */
    private boolean reschedule(ServiceTransaction transaction, ServiceUpdate update, Instant now) {
        List<AutoStop> schedule = update.schedule();
        if (schedule == null) {
            return false;
        }
        Service service = transaction.service();
        if (!schedule.isEmpty() && service.inferType() != InferType.REAL_TIME) {
            throw new Invalid(
                    ErrorCode.PARAMETER, "schedule: only a real-time service can stop by itself, leave it out");
        }
        AutoStop before = service.autoStop();
        if (schedule.isEmpty()) {
            if (before == null) {
                return false;
            }
            transaction.save(service.withAutoStop(null));
            record(transaction, ServiceEvents.autoStopOff(service, now));
            return true;
        }
        AutoStop wanted = schedule.getFirst();
        if (before != null && before.asksTheSameAs(wanted)) {
            return false;
        }
        if (service.state().armsAutoStop()) {
            AutoStop armed = wanted.armedAt(now);
            transaction.save(service.withAutoStop(armed));
            record(transaction, ServiceEvents.autoStopOn(service, armed, now));
            return true;
        }
        transaction.save(service.withAutoStop(wanted.disarmed()));
        if (update.status() != Wanted.RUNNING) {
            record(transaction, ServiceEvents.autoStopLater(service, wanted, now));
        }
        return false;
    }

    private Accepted reconfigured(ServiceTransaction transaction, ConfigRequest request) {
        Service service = transaction.service();
        List<EntryRequest> entries = request.against(service);
        if (entries.isEmpty()) {
            return unchanged(service);
        }
        Reaction reaction = reaction(service, ServiceCommand.CHANGE_CONFIG);
        Instant now = now();
        long generation = service.numbers().generation() + 1;
        ServiceConfig config = rules.config(transaction, entries, generation, service.serving());
        boolean same = config.asksTheSameAs(service.shown());
        if (same && service.state() != ServiceState.FAILED) {
            return unchanged(service);
        }
        if (reaction == Reaction.STORED) {
            Service stored = service.asking(service.wanted(), config, service.state(), now)
                    .settledDown(generation, service.state(), service.error(), now);
            transaction.add(generation(stored, true, now).settled(Outcome.SUCCESS, null));
            record(transaction, ServiceEvents.stored(stored, now));
            transaction.save(stored.withServing(null, now));
            return new Accepted(transaction.service(), true, now, false);
        }
        Service asking = withNewTask(service.asking(Wanted.RUNNING, config, ServiceState.DEPLOYING, now)
                .withError(null));
        transaction.add(generation(asking, true, now));
        record(transaction, ServiceEvents.updating(asking, now));
        boolean wasDown = service.state() == ServiceState.FAILED;
        transaction.save(wasDown ? armed(transaction, asking, now) : asking);
        return new Accepted(transaction.service(), true, now, true);
    }

    private Accepted started(ServiceTransaction transaction) {
        Service service = transaction.service();
        if (reaction(service, ServiceCommand.START) == Reaction.NOTHING) {
            return unchanged(service);
        }
        Instant now = now();
        long generation = service.numbers().generation() + 1;
        ServiceConfig config = rules.anew(service, service.shown(), generation);
        Service asking = withNewTask(service.asking(Wanted.RUNNING, config, ServiceState.DEPLOYING, now)
                .withError(null));
        transaction.add(generation(asking, false, now));
        record(transaction, ServiceEvents.starting(asking, now));
        transaction.save(armed(transaction, asking, now));
        return new Accepted(transaction.service(), false, now, true);
    }

    private Accepted stopped(ServiceTransaction transaction, ServiceCommand command) {
        Service service = transaction.service();
        Reaction reaction = reaction(service, command);
        Instant now = now();
        if (reaction == Reaction.NOTHING) {
            // A due auto-stop without anything to stop must not be found again.
            if (command == ServiceCommand.AUTO_STOP) {
                transaction.save(disarmed(service));
            }
            return unchanged(transaction.service());
        }
        settleOvertaken(transaction, "the service was stopped before it was done");
        Service asking = disarmed(service).asking(Wanted.STOPPED, service.shown(), ServiceState.STOPPING, now);
        if (reaction == Reaction.STOPPED) {
            long generation = asking.numbers().generation();
            Service down = asking.settledDown(generation, ServiceState.STOPPED, null, now);
            transaction.add(generation(down, false, now).settled(Outcome.SUCCESS, null));
            record(transaction, ServiceEvents.stopped(down, now));
            transaction.save(down);
            return new Accepted(down, false, now, false);
        }
        transaction.add(generation(asking, false, now));
        Event event = command == ServiceCommand.AUTO_STOP
                ? ServiceEvents.autoStopped(asking, now)
                : ServiceEvents.stopping(asking, now);
        boolean endsUpdate = !service.isSettled() && service.serving() != null;
        record(
                transaction,
                endsUpdate
                        ? event.withCause(
                                "it ends an update that was on its way; the configuration that served before stays")
                        : event);
        transaction.save(asking);
        return new Accepted(asking, false, now, true);
    }

    private Accepted deleted(ServiceTransaction transaction) {
        Service service = transaction.service();
        if (reaction(service, ServiceCommand.DELETE) == Reaction.NOTHING) {
            return unchanged(service);
        }
        Instant now = now();
        settleOvertaken(transaction, "the service was deleted before it was done");
        Service asking = disarmed(service).asking(Wanted.DELETED, service.shown(), ServiceState.DELETING, now);
        transaction.add(generation(asking, false, now));
        record(transaction, ServiceEvents.deleting(asking, now));
        transaction.save(asking);
        return new Accepted(asking, false, now, true);
    }

    /** The workflow never settles a generation that a stop or delete has overtaken. */
    private static void settleOvertaken(ServiceTransaction transaction, String cause) {
        Service service = transaction.service();
        if (!service.isSettled()) {
            transaction.settle(service.numbers().generation(), Outcome.FAIL, cause);
        }
    }

    private Service armed(ServiceTransaction transaction, Service service, Instant now) {
        AutoStop autoStop = service.autoStop();
        if (autoStop == null) {
            return service;
        }
        AutoStop armed = autoStop.armedAt(now);
        record(transaction, ServiceEvents.autoStopOn(service, armed, now));
        return service.withAutoStop(armed);
    }

    private static Service disarmed(Service service) {
        AutoStop autoStop = service.autoStop();
        return autoStop == null ? service : service.withAutoStop(autoStop.disarmed());
    }

    private static Service withNewTask(Service service) {
        return service.inferType() == InferType.BATCH
                ? service.withTask(UUID.randomUUID().toString())
                : service;
    }

    private static ServiceGeneration generation(Service asking, boolean changesConfig, Instant now) {
        return new ServiceGeneration(
                asking.id(),
                asking.numbers().generation(),
                asking.wanted(),
                asking.asked(),
                changesConfig,
                Outcome.RUNNING,
                null,
                now);
    }

    private Accepted unchanged(Service service) {
        return new Accepted(service, false, now(), false);
    }

    private static Reaction reaction(Service service, ServiceCommand command) {
        Reaction reaction = service.state().on(command);
        return switch (reaction) {
            case REFUSED ->
                throw new Conflict(
                        ErrorCode.WRONG_STATE,
                        "service '%s' is %s, which does not allow this: wait until it is running, concerning, failed, finished or stopped"
                                .formatted(service.name(), service.state().wireName()));
            case UNKNOWN -> throw unknown(service.id());
            case NOTHING, STORED, DEPLOYING, STOPPING, STOPPED, DELETING -> reaction;
        };
    }

    private static void requireVisible(Service service, ProjectId project) {
        if (!isVisible(service, project)) {
            throw unknown(service.id());
        }
    }

    private static boolean isVisible(Service service, ProjectId project) {
        return service.project().equals(project) && service.state() != ServiceState.DELETED;
    }

    private static NotFound unknown(ServiceId id) {
        return new NotFound(ErrorCode.SERVICE_UNKNOWN, "service '%s' does not exist".formatted(id));
    }

    private void record(ServiceTransaction transaction, Event event) {
        transaction.record(event.by(origin));
    }

    private void log(Service service) {
        LOG.log(
                System.Logger.Level.INFO,
                "command accepted service={0} name={1} generation={2} state={3} user={4} project={5} request={6}",
                service.id(),
                service.name(),
                Long.toString(service.numbers().generation()),
                service.state().wireName(),
                origin == null ? "-" : origin.user(),
                origin == null ? "-" : origin.project(),
                origin == null ? "-" : origin.request());
    }

    private void wake(Service service) {
        try {
            wake.wake(service);
        } catch (Unavailable e) {
            // The command is committed; a sweeper wakes the workflow within seconds.
            LOG.log(System.Logger.Level.WARNING, "wake failed service={0} cause={1}", service.id(), e.getMessage());
        }
    }

    /** In milliseconds, the precision of the API. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
