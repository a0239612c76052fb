package dev.slipway.domain.batch;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.event.Origin;
import dev.slipway.domain.problem.Conflict;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.service.ServiceTransaction;
import dev.slipway.domain.service.ServiceWaker;
import dev.slipway.domain.service.Wanted;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The commands over the running task of a batch service. Each is one transaction that locks the service's row and writes what is asked and
 * its event, followed by a wake of the workflow. A command that asks for what is asked already has no effect. Safe for use by many threads.
 */
public final class BatchCommands {

    private static final System.Logger LOG = System.getLogger(BatchCommands.class.getName());

    private final ServiceStore services;
    private final BatchStore tasks;
    private final ServiceWaker wake;
    private final Clock clock;
    private final @Nullable Origin origin;

    public BatchCommands(ServiceStore services, BatchStore tasks, ServiceWaker wake, Clock clock) {
        this(services, tasks, wake, clock, null);
    }

    private BatchCommands(
            ServiceStore services, BatchStore tasks, ServiceWaker wake, Clock clock, @Nullable Origin origin) {
        this.services = services;
        this.tasks = tasks;
        this.wake = wake;
        this.clock = clock;
        this.origin = origin;
    }

    /** The same commands, given by that one: their events and log lines say so. */
    public BatchCommands by(@Nullable Origin giver) {
        return new BatchCommands(services, tasks, wake, clock, giver);
    }

    /**
     * Gives the command to the present task of the project's service.
     *
     * @throws NotFound SERVICE_UNKNOWN if the project has none of that id, or it is being deleted
     * @throws Invalid PARAMETER if it is no batch service
     * @throws Conflict WRONG_STATE if its task has ended or is being ended
     */
    public Service command(ProjectId project, ServiceId id, TaskCommand command) {
        Given given = services.change(id, transaction -> {
            Service service = transaction.service();
            if (!service.project().equals(project)) {
                throw unknown(id);
            }
            return given(transaction, taskOf(service), command);
        });
        return followed(given, command);
    }

    /** Gives the command to that task. Does nothing if it is not the present one of its service, or has ended. */
    public void command(TaskId task, ServiceId id, TaskCommand command) {
        Given given = services.change(id, transaction -> {
            Service service = transaction.service();
            boolean isOurs = task.value().equals(service.taskId()) && isUnderWay(service);
            return isOurs ? given(transaction, task, command) : new Given(service, false);
        });
        followed(given, command);
    }

    private record Given(Service service, boolean isNew) {}

    private Given given(ServiceTransaction transaction, TaskId task, TaskCommand command) {
        Service service = transaction.service();
        Optional<TaskControl> before = tasks.control(task);
        boolean wasPaused = before.filter(TaskControl::isPaused).isPresent();
        boolean isPaused = command == TaskCommand.PAUSE;
        if (wasPaused == isPaused) {
            return new Given(service, false);
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        TaskControl control = tasks.ask(task, service.id(), isPaused, now);
        transaction.record(
                (isPaused ? BatchEvents.pausing(service, control, now) : BatchEvents.resuming(service, control, now))
                        .by(origin));
        return new Given(service, true);
    }

    private Service followed(Given given, TaskCommand command) {
        Service service = given.service();
        if (!given.isNew()) {
            return service;
        }
        LOG.log(
                System.Logger.Level.INFO,
                "command accepted task={0} service={1} name={2} command={3} user={4}",
                service.taskId(),
                service.id(),
                service.name(),
                command,
                origin == null ? "-" : origin.user());
        try {
            wake.wake(service);
        } catch (Unavailable e) {
            // What is asked is committed; a sweeper wakes the workflow within seconds.
            LOG.log(System.Logger.Level.WARNING, "wake failed service={0} cause={1}", service.id(), e.getMessage());
        }
        return service;
    }

    private static TaskId taskOf(Service service) {
        if (service.state() == ServiceState.DELETING || service.state() == ServiceState.DELETED) {
            throw unknown(service.id());
        }
        String task = service.taskId();
        if (service.inferType() != InferType.BATCH || task == null) {
            throw new Invalid(
                    ErrorCode.PARAMETER,
                    "service '%s' is %s and has no task: only the task of a batch service can be paused or resumed"
                            .formatted(service.name(), service.inferType().wireName()));
        }
        if (!isUnderWay(service)) {
            throw new Conflict(
                    ErrorCode.WRONG_STATE,
                    "service '%s' is %s, its task '%s' has ended or is being ended: only a task that is deploying, running or paused can be paused or resumed; start the service to run it again"
                            .formatted(service.name(), service.state().wireName(), task));
        }
        return new TaskId(task);
    }

    private static boolean isUnderWay(Service service) {
        return service.wanted() == Wanted.RUNNING
                && (service.state() == ServiceState.DEPLOYING || service.state() == ServiceState.RUNNING);
    }

    private static NotFound unknown(ServiceId id) {
        return new NotFound(ErrorCode.SERVICE_UNKNOWN, "service '%s' does not exist".formatted(id));
    }
}
