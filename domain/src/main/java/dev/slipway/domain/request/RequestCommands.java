package dev.slipway.domain.request;

import dev.slipway.domain.access.Caller;
import dev.slipway.domain.event.Origin;
import dev.slipway.domain.model.ModelCommands;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelSpec;
import dev.slipway.domain.problem.Conflict;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.service.Accepted;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceCreation;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.Withdrawal;
import java.util.function.Supplier;

/**
 * The commands over models and services for requests with a key. Command and key are written in one transaction, the wake follows its
 * commit, and a later call with the same key returns the first result. Safe for use by many threads.
 */
public final class RequestCommands {

    private final RequestStore requests;
    private final ServiceCommands services;
    private final ModelCommands models;

    public RequestCommands(RequestStore requests, ServiceCommands services, ModelCommands models) {
        this.requests = requests;
        this.services = services;
        this.models = models;
    }

    /** Asks for the import of a model, as {@link ModelCommands#create}. */
    public Started importModel(RequestKey key, Caller caller, ModelSpec spec) {
        Started started =
                requests.once(key, () -> Started.of(models.withoutWakes().create(caller, spec)));
        models.wake(new ModelId(started.id()));
        return started;
    }

    /** Creates a batch service, or runs the one of that name again, as {@link ServiceCommands#runAgain}. */
    public Started runBatch(RequestKey key, Caller caller, ServiceCreation creation) {
        return onService(key, caller, creation, ServiceCommands::runAgain);
    }

    /** Creates a real-time service, or updates the one of that name, as {@link ServiceCommands#deployAgain}. */
    public Started deployService(RequestKey key, Caller caller, ServiceCreation creation) {
        return onService(key, caller, creation, ServiceCommands::deployAgain);
    }

    /** Withdraws what a request has started, if it has not ended. A second call changes nothing. Events and log lines name {@code giver}. */
    public Withdrawal withdraw(Started started, Origin giver) {
        return switch (started.thing()) {
            case MODEL ->
                models.by(giver).withdraw(new ModelId(started.id())) ? Withdrawal.ENDING : Withdrawal.TOO_LATE;
            case SERVICE -> services.by(giver).withdraw(new ServiceId(started.id()), started.generation());
        };
    }

    private Started onService(RequestKey key, Caller caller, ServiceCreation creation, CommandOnKnown onKnown) {
        ServiceCommands silent = services.withoutWakes().by(caller.origin());
        Started started = onceNameIsKnown(
                key,
                () -> Started.of(silent.named(caller.project(), creation.name())
                        .map(known -> onKnown.command(silent, known, creation).service())
                        .orElseGet(() -> silent.create(caller, creation))));
        services.wake(new ServiceId(started.id()));
        return started;
    }

    private Started onceNameIsKnown(RequestKey key, Supplier<Started> command) {
        try {
            return requests.once(key, command);
        } catch (Conflict taken) {
            if (taken.code() != ErrorCode.SERVICE_NAME_TAKEN) {
                throw taken;
            }
            // Another request may have created the service after the lookup; now it is found.
            return requests.once(key, command);
        }
    }

    /** A command on an existing service. */
    private interface CommandOnKnown {
        Accepted command(ServiceCommands commands, Service known, ServiceCreation creation);
    }
}
