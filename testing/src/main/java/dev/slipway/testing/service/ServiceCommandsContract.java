package dev.slipway.testing.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.access.Caller;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.event.Origin;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelAlias;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.problem.Conflict;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NotAllowed;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.service.Accepted;
import dev.slipway.domain.service.AliasUse;
import dev.slipway.domain.service.AutoStop;
import dev.slipway.domain.service.EntryRequest;
import dev.slipway.domain.service.ExtrasChange;
import dev.slipway.domain.service.ModelReference;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceCreation;
import dev.slipway.domain.service.ServiceEntry;
import dev.slipway.domain.service.ServiceGeneration;
import dev.slipway.domain.service.ServiceGeneration.Outcome;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.service.ServiceUpdate;
import dev.slipway.domain.service.Wanted;
import dev.slipway.domain.service.Withdrawal;
import dev.slipway.domain.storage.ObjectGrant;
import dev.slipway.domain.storage.ProjectObjects;
import dev.slipway.testing.model.Models;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What the commands do with a store: run with the fake and with PostgreSQL. */
public abstract class ServiceCommandsContract {

    private static final ModelAlias CHAMPION = ModelAlias.parse("iris@champion");
    private static final AliasUse CHAMPION_FOLLOWED = new AliasUse(CHAMPION, true);

    private final ProjectId project = Services.anyProject();
    private final Caller caller = Services.caller(project);
    private final MovingClock clock = new MovingClock(Services.NOON.plusNanos(1_234_567));
    private final List<ServiceId> signalled = new ArrayList<>();

    protected abstract ServiceStore store();

    /** Makes the model known. */
    protected abstract void put(Model model);

    protected abstract List<String> eventTexts(ServiceId id);

    /** Lets the alias name that model, which is known. */
    protected abstract void moveAlias(ModelAlias alias, Model model);

    @Test
    void wakesABatchServiceOfAnotherPriorityBecauseItsJobMayWait() {
        ServiceUpdate urgent = new ServiceUpdate(null, null, null, null, 3, ExtrasChange.none());
        ModelId model = published("0.0.1");
        Service job = commands().create(caller, Services.batchCreation("batch", Services.batchRequest(model)));
        Service online = create("one", request(model, 1, 100));
        signalled.clear();
        commands().update(project, online.id(), urgent);
        commands().update(project, job.id(), urgent);
        commands().update(project, job.id(), urgent);

        assertThat(signalled).as("the second changes nothing").containsExactly(job.id());
        assertThat(store().find(job.id()).orElseThrow().numbers().generation())
                .as("its job is not ended")
                .isEqualTo(job.numbers().generation());
    }

    @Test
    void writesRowGenerationAndEventThenWakes() {
        Service created = create("one", request(published("0.0.1"), 2, 100));

        assertThat(created.state()).isEqualTo(ServiceState.DEPLOYING);
        assertThat(created.numbers()).isEqualTo(new Service.Numbers(1, 0, 0, 0));
        assertThat(created.asked().entries()).singleElement().satisfies(entry -> {
            assertThat(entry.pool()).isEqualTo(Services.POOL);
            assertThat(entry.set().value()).isEqualTo("service-%s-g1-e0".formatted(created.id()));
        });
        assertThat(store().find(created.id())).contains(created);
        assertThat(eventTexts(created.id())).containsExactly("Start to deploy service.");
        assertThat(signalled).containsExactly(created.id());
    }

    @Test
    void keepsWhoGaveTheCommandOfEachGeneration() {
        Service created = create("told", request(published("0.0.1"), 2, 100));
        Origin other = new Origin("bob", "local", "request-2");
        commands().by(other).delete(project, List.of(created.id()));

        store().change(created.id(), transaction -> {
            assertThat(transaction.commandedBy(1)).contains(caller.origin());
            assertThat(transaction.commandedBy(2)).contains(other);
            assertThat(transaction.commandedBy(3)).isEmpty();
            return true;
        });
    }

    @Test
    void acceptsWhenTheWakeIsLost() {
        ServiceCommands deaf = new ServiceCommands(
                store(),
                Services.pools(),
                service -> {
                    throw new Unavailable(ErrorCode.UNAVAILABLE, "away");
                },
                clock);
        Service created = deaf.create(caller, Services.creation("one", request(published("0.0.1"), 1, 100)));
        assertThat(store().find(created.id())).isPresent();
    }

    @Test
    void refusesWhatBreaksARule() {
        ModelId one = published("0.0.1");
        ModelId two = published("0.0.2");
        Model importing = Models.asked(project, "iris", "0.0.3");
        put(importing);

        refuses(ErrorCode.PARAMETER_VALUE, "add up to 90, expected 100", request(one, 1, 60), request(two, 1, 30));
        refuses(ErrorCode.SAME_MODEL_TWICE, one.value(), request(one, 1, 50), request(one, 1, 50));
        refuses(ErrorCode.MODEL_NOT_PUBLISHED, "still being imported", request(importing.id(), 1, 100));
        refuses(ErrorCode.MODEL_OF_SERVICE_UNKNOWN, "config[0].model_id: model", request(ModelId.random(), 1, 100));
        refuses(ErrorCode.NO_RESOURCES, "8 slots", request(one, 9, 100));
        refuses(ErrorCode.NO_RESOURCES, "config[1]", request(one, 5, 50), request(two, 4, 50));
        refuses(ErrorCode.POOL_UNKNOWN, "config[0]: pool 'gpus'", Services.inPool(request(one, 1, 100), "gpus"));
        assertThat(store().list(project, all()).total()).isZero();
    }

    @Test
    void anAliasIsResolvedWhenTheConfigurationIsSent() {
        refuses(
                ErrorCode.MODEL_OF_SERVICE_UNKNOWN,
                "config[0].model_id: alias 'iris@champion' does not exist",
                aliased(false));
        Model first = named("0.0.1");
        Service created = create("one", aliased(false));
        settle(created.id(), ServiceState.RUNNING);

        assertThat(only(created).model()).isEqualTo(first.id());
        Model second = named("0.0.2");
        assertThat(untold()).contains(created.id());
        commands().follow(created.id());

        Service kept = store().find(created.id()).orElseThrow();
        assertThat(only(kept).model()).isEqualTo(first.id());
        assertThat(kept.state()).isEqualTo(ServiceState.RUNNING);
        assertThat(eventTexts(created.id())).contains("An alias that the service names was moved.");
        assertThat(untold()).doesNotContain(created.id());
        assertThat(update(created.id(), EntryRequest.of(only(kept))).configChanged())
                .isFalse();
        Accepted sentAgain = update(created.id(), aliased(false));
        assertThat(only(sentAgain.service()).model()).isEqualTo(second.id());
    }

    @Test
    void aServiceThatFollowsAnAliasIsUpdatedOnceItsStateAllows() {
        named("0.0.1");
        Service created = create("one", aliased(true));
        Model second = named("0.0.2");

        commands().follow(created.id());
        assertThat(store().find(created.id())).contains(created);
        assertThat(untold()).contains(created.id());

        settle(created.id(), ServiceState.RUNNING);
        signalled.clear();
        commands().follow(created.id());
        Service updated = store().find(created.id()).orElseThrow();
        assertThat(updated.state()).isEqualTo(ServiceState.DEPLOYING);
        assertThat(only(updated).model()).isEqualTo(second.id());
        assertThat(only(updated).alias()).isEqualTo(CHAMPION_FOLLOWED);
        assertThat(eventTexts(created.id()))
                .containsExactly(
                        "Start to deploy service.", "Updating service.", "An alias that the service names was moved.");
        assertThat(signalled).containsExactly(created.id());
        assertThat(untold()).doesNotContain(created.id());
        settle(created.id(), ServiceState.RUNNING);
        commands().follow(created.id());
        assertThat(store().find(created.id()).orElseThrow().state()).isEqualTo(ServiceState.RUNNING);
    }

    @Test
    void aMoveThatCannotBeFollowedIsTold() {
        named("0.0.1");
        Model other = Services.published(project, "iris", "0.0.2");
        put(other);
        Service created = create("one", aliased(true, 50), request(other.id(), 1, 50));
        settle(created.id(), ServiceState.RUNNING);
        moveAlias(CHAMPION, other);

        commands().follow(created.id());

        assertThat(store().find(created.id()).orElseThrow().state()).isEqualTo(ServiceState.RUNNING);
        assertThat(eventTexts(created.id())).contains("Failed to follow an alias that was moved.");
        assertThat(untold()).doesNotContain(created.id());
    }

    @Test
    void aStoppedServiceTakesTheAliasWhenItStarts() {
        named("0.0.1");
        Service created = create("one", aliased(true));
        settle(created.id(), ServiceState.STOPPED);
        Model second = named("0.0.2");

        commands().follow(created.id());

        Service stored = store().find(created.id()).orElseThrow();
        assertThat(stored.state()).isEqualTo(ServiceState.STOPPED);
        assertThat(only(stored).model()).isEqualTo(second.id());
    }

    private Model named(String version) {
        Model model = Services.published(project, "iris", version);
        put(model);
        moveAlias(CHAMPION, model);
        return model;
    }

    private static EntryRequest aliased(boolean follows) {
        return aliased(follows, 100);
    }

    private static EntryRequest aliased(boolean follows, int weight) {
        return request(ModelId.random(), 1, weight)
                .withModel(ModelReference.of(follows ? CHAMPION_FOLLOWED : new AliasUse(CHAMPION, false)));
    }

    private Accepted update(ServiceId id, EntryRequest entry) {
        return commands().update(project, id, ServiceUpdate.ofConfig(before -> List.of(entry)));
    }

    private static ServiceEntry only(Service service) {
        return service.asked().entries().getFirst();
    }

    private List<ServiceId> untold() {
        return store().withMovedAlias(null, 1000);
    }

    private void settle(ServiceId id, ServiceState state) {
        store().change(id, transaction -> {
            Service service = transaction.service();
            long generation = service.numbers().generation();
            transaction.save(service.withNumbers(new Service.Numbers(generation, generation, generation, generation))
                    .withServing(service.asked(), clock.instant())
                    .withState(state, clock.instant()));
            return true;
        });
    }

    @Test
    void refusesInputsAndOutputsOfAnotherProject() {
        Model model = Services.published(project, "iris", "0.0.1");
        put(model);
        for (String foreign : List.of("data/in", "data/out", "data/out/deep", "data")) {
            ProjectObjects objects = new ProjectObjects(
                    List.of(new ObjectGrant("acme", "two", List.of(ObjectGrant.folder(foreign)))), List::of);
            ServiceCommands strict = new ServiceCommands(store(), Services.pools(), objects, service -> {}, clock);

            assertThatExceptionOfType(NotAllowed.class)
                    .isThrownBy(() -> strict.withoutWakes()
                            .create(caller, Services.batchCreation("batch", Services.batchRequest(model.id()))))
                    .withMessageContaining("it belongs to project 'two' alone, by the rule 'objects'");
        }
        assertThat(store().list(project, all()).total()).isZero();
    }

    @Test
    void aBatchServiceWhoseObjectsHaveBecomeAnothersIsNotStarted() {
        Model model = Services.published(project, "iris", "0.0.1");
        put(model);
        Service batch =
                stopped(commands().create(caller, Services.batchCreation("batch", Services.batchRequest(model.id()))));
        ProjectObjects objects = new ProjectObjects(
                List.of(new ObjectGrant("acme", "two", List.of(ObjectGrant.folder("data")))), List::of);
        ServiceCommands strict = new ServiceCommands(store(), Services.pools(), objects, service -> {}, clock);

        assertThatExceptionOfType(NotAllowed.class)
                .isThrownBy(() -> strict.update(project, batch.id(), ServiceUpdate.ofStatus(Wanted.RUNNING)));
    }

    @Test
    void refusesAModelOfAnotherProject() {
        Model foreign = Services.published(Services.anyProject(), "iris", "0.0.1");
        put(foreign);
        refuses(ErrorCode.MODEL_OF_SERVICE_UNKNOWN, "does not exist", request(foreign.id(), 1, 100));
    }

    @Test
    void showsNothingToAnotherProject() {
        Service created = create("one", request(published("0.0.1"), 1, 100));
        ProjectId other = Services.anyProject();

        unknown(() -> commands().find(other, created.id()));
        unknown(() -> commands().update(other, created.id(), ServiceUpdate.ofStatus(Wanted.STOPPED)));
        unknown(() -> commands().delete(other, List.of(created.id())));
        assertThat(store().find(created.id())).contains(created);
    }

    @Test
    void redeploysAChangedConfiguration() {
        ModelId old = published("0.0.1");
        ModelId fresh = published("0.0.2");
        Service running = running(create("one", request(old, 1, 100)));
        clock.pass(Duration.ofSeconds(5));

        Accepted accepted = config(running, request(fresh, 1, 100));

        assertThat(accepted.configChanged()).isTrue();
        assertThat(accepted.at()).isEqualTo(Services.NOON.plusMillis(5001));
        Service now = now(running);
        assertThat(now.state()).isEqualTo(ServiceState.DEPLOYING);
        assertThat(now.numbers()).isEqualTo(new Service.Numbers(2, 1, 1, 1));
        assertThat(now.serving()).isEqualTo(running.serving());
        assertThat(set(now, 0).value()).endsWith("-g2-e0");
        assertThat(eventTexts(running.id())).endsWith("Updating service.");
        assertThat(signalled).hasSize(2);
        assertThat(store().updateRecords(running.id()))
                .extracting(ServiceGeneration::generation)
                .containsExactly(2L, 1L);
    }

    @Test
    void doesNothingForAnEqualConfiguration() {
        ModelId model = published("0.0.1");
        Service running = running(create("one", request(model, 1, 100, Map.of("A", "b"))));

        Accepted accepted = config(running, request(model, 1, 100, Map.of("A", "b")));

        assertThat(accepted.configChanged()).isFalse();
        assertThat(now(running)).isEqualTo(running);
        assertThat(signalled).hasSize(1);
    }

    @Test
    void keepsTheInstancesWhereOnlyWeightOrCountChanges() {
        ModelId one = published("0.0.1");
        ModelId two = published("0.0.2");
        Service running = running(create("one", request(one, 1, 50), request(two, 1, 50)));

        config(running, request(one, 3, 90), request(two, 1, 10, Map.of("THRESHOLD", "0.9")));

        Service now = now(running);
        assertThat(set(now, 0)).isEqualTo(set(running, 0));
        assertThat(set(now, 1).value()).endsWith("-g2-e1");
        assertThat(now.asked().entries())
                .extracting(ServiceEntry::instanceCount)
                .containsExactly(3, 1);
    }

    @Test
    void asksForNothingWhereNoFieldIsNamed() {
        Service running = running(create("one", request(published("0.0.1"), 1, 100)));
        commands().update(project, running.id(), ServiceUpdate.ofConfig(service -> List.of()));
        assertThat(now(running)).isEqualTo(running);
    }

    @Test
    void redeploysAfterARollbackWhatWasRolledBackBefore() {
        ModelId good = published("0.0.1");
        ModelId bad = published("0.0.2");
        Service running = running(create("one", request(good, 1, 100)));
        config(running, request(bad, 1, 100));
        change(running, service -> service.settledRolledBack(2, clock.instant()));

        assertThat(now(running).shown()).isEqualTo(running.asked());
        assertThat(config(running, request(good, 1, 100)).configChanged()).isFalse();
        assertThat(config(running, request(bad, 1, 100)).configChanged()).isTrue();
        assertThat(now(running).asked().entries().getFirst().model()).isEqualTo(bad);
    }

    @Test
    void stopsWhatServesAfterARollback() {
        ModelId good = published("0.0.1");
        ModelId bad = published("0.0.2");
        Service running = running(create("one", request(good, 1, 100)));
        config(running, request(bad, 1, 100));
        change(running, service -> service.settledRolledBack(2, clock.instant()));

        commands().update(project, running.id(), ServiceUpdate.ofStatus(Wanted.STOPPED));

        assertThat(now(running).asked()).isEqualTo(running.asked());
    }

    @Test
    void aStopThatEndsAnUpdateLeavesWhatServed() {
        Service running = running(create("one", request(published("0.0.1"), 1, 100)));
        config(running, request(published("0.0.2"), 1, 100));

        commands().update(project, running.id(), ServiceUpdate.ofStatus(Wanted.STOPPED));

        assertThat(now(running).asked()).isEqualTo(running.asked());
        assertThat(eventTexts(running.id())).last().isEqualTo("Stopping service.");
    }

    @Test
    void refusesAChangeWhileItDeploysAndStopsAllTheSame() {
        ModelId model = published("0.0.1");
        Service created = create("one", request(model, 1, 100));

        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> config(created, request(model, 2, 100)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.WRONG_STATE))
                .withMessageContaining("'one' is deploying");
        commands().update(project, created.id(), ServiceUpdate.ofStatus(Wanted.STOPPED));

        Service now = now(created);
        assertThat(now.state()).isEqualTo(ServiceState.STOPPING);
        assertThat(now.wanted()).isEqualTo(Wanted.STOPPED);
        assertThat(eventTexts(created.id())).endsWith("Stopping service.");
        assertThat(store().updateRecords(created.id())).singleElement().satisfies(record -> assertThat(record.outcome())
                .isEqualTo(Outcome.FAIL));
    }

    @Test
    void storesAConfigurationOfAStoppedServiceAndStartsWithIt() {
        ModelId old = published("0.0.1");
        ModelId fresh = published("0.0.2");
        Service stopped = stopped(create("one", request(old, 1, 100)));

        assertThat(config(stopped, request(fresh, 2, 100)).configChanged()).isTrue();
        Service stored = now(stopped);
        assertThat(stored.state()).isEqualTo(ServiceState.STOPPED);
        assertThat(stored.isSettled()).isTrue();
        assertThat(stored.shown().entries()).extracting(ServiceEntry::model).containsExactly(fresh);
        assertThat(store().updateRecords(stopped.id())).first().satisfies(record -> assertThat(record.outcome())
                .isEqualTo(Outcome.SUCCESS));

        commands().update(project, stopped.id(), ServiceUpdate.ofStatus(Wanted.RUNNING));
        Service started = now(stopped);
        assertThat(started.state()).isEqualTo(ServiceState.DEPLOYING);
        assertThat(set(started, 0).value()).endsWith("-g4-e0");
        assertThat(started.asked().asksTheSameAs(stored.asked())).isTrue();
        assertThat(eventTexts(stopped.id())).endsWith("Starting service.");
    }

    @Test
    void stopsAFailedServiceAtOnceAndRedeploysItWithAnEqualConfiguration() {
        ModelId model = published("0.0.1");
        Service created = create("one", request(model, 1, 100));
        change(created, service -> service.taking(1).settledDown(1, ServiceState.FAILED, "crash", clock.instant()));

        assertThat(config(created, request(model, 1, 100)).configChanged()).isTrue();
        assertThat(now(created).error()).isNull();
        change(created, service -> service.taking(2).settledDown(2, ServiceState.FAILED, "crash", clock.instant()));
        commands().update(project, created.id(), ServiceUpdate.ofStatus(Wanted.STOPPED));

        assertThat(now(created).state()).isEqualTo(ServiceState.STOPPED);
        assertThat(now(created).isSettled()).isTrue();
        assertThat(eventTexts(created.id())).endsWith("Service stopped.");
    }

    @Test
    void deletesOnceAndThenKnowsItNoMore() {
        ModelId model = published("0.0.1");
        Service created = create("one", request(model, 1, 100));
        commands().delete(project, List.of(created.id()));
        Service deleting = now(created);
        assertThat(deleting.state()).isEqualTo(ServiceState.DELETING);

        commands().delete(project, List.of(created.id()));
        assertThat(now(created)).isEqualTo(deleting);
        unknown(() -> commands().update(project, created.id(), ServiceUpdate.ofStatus(Wanted.RUNNING)));
        unknown(() -> commands().update(project, created.id(), ServiceUpdate.ofDescription("late")));

        change(created, service -> service.settledDown(2, ServiceState.DELETED, null, clock.instant()));
        unknown(() -> commands().find(project, created.id()));
        unknown(() -> commands().delete(project, List.of(created.id())));
    }

    @Test
    void deletesNoneIfOneIsUnknown() {
        Service created = create("one", request(published("0.0.1"), 1, 100));
        unknown(() -> commands().delete(project, List.of(created.id(), ServiceId.random())));
        assertThat(now(created)).isEqualTo(created);
    }

    @Test
    void changesTheDescriptionWithoutARedeployment() {
        Service running = running(create("one", request(published("0.0.1"), 1, 100)));
        commands().update(project, running.id(), ServiceUpdate.ofDescription("new"));
        assertThat(now(running).description()).isEqualTo("new");
        assertThat(now(running).numbers()).isEqualTo(running.numbers());
        commands().update(project, running.id(), ServiceUpdate.ofDescription(""));
        assertThat(now(running).description()).isNull();
    }

    @Test
    void armsAutoStopWithTheCommandThatSetsIt() {
        AutoStop twoHours = new AutoStop("HOURS", 2, null);
        ServiceCreation creation = Services.creation("one", twoHours, request(published("0.0.1"), 1, 100));
        Service created = commands().create(caller, creation);
        Instant due = created.publishedAt().plus(Duration.ofHours(2));
        assertThat(created.dueAt()).isEqualTo(due);
        assertThat(eventTexts(created.id())).endsWith("Auto-stop switched on, service will be stopped in 2 hours.");

        clock.pass(Duration.ofMinutes(10));
        schedule(created, twoHours);
        assertThat(now(created).dueAt()).isEqualTo(due);
        schedule(created, new AutoStop("MINUTES", 5, null));
        assertThat(now(created).dueAt()).isEqualTo(created.publishedAt().plus(Duration.ofMinutes(15)));
        schedule(created);
        assertThat(now(created).autoStop()).isNull();
        assertThat(eventTexts(created.id())).endsWith("Auto-stop switched off.");
    }

    @Test
    void disarmsAutoStopByAStopAndArmsItAnewByAStart() {
        Service created = commands()
                .create(
                        caller,
                        Services.creation(
                                "one", new AutoStop("MINUTES", 5, null), request(published("0.0.1"), 1, 100)));
        Service stopped = stopped(created);
        assertThat(stopped.dueAt()).isNull();
        assertThat(stopped.autoStop()).isEqualTo(new AutoStop("MINUTES", 5, null));

        clock.pass(Duration.ofHours(1));
        commands().update(project, created.id(), ServiceUpdate.ofStatus(Wanted.RUNNING));
        assertThat(now(created).dueAt())
                .isEqualTo(created.publishedAt().plus(Duration.ofHours(1)).plus(Duration.ofMinutes(5)));
    }

    @Test
    void stopsWhenDueAlsoInARolloutAndOnlyForTheInstantThatIsArmed() {
        Service created = commands()
                .create(
                        caller,
                        Services.creation(
                                "one", new AutoStop("MINUTES", 1, null), request(published("0.0.1"), 1, 100)));
        Instant due = created.publishedAt().plusSeconds(60);
        clock.pass(Duration.ofMinutes(1));

        commands().stopWhenDue(created.id(), due.plusMillis(1));
        assertThat(now(created)).isEqualTo(created);
        commands().stopWhenDue(created.id(), due);
        commands().stopWhenDue(created.id(), due);

        assertThat(now(created).state()).isEqualTo(ServiceState.STOPPING);
        assertThat(now(created).dueAt()).isNull();
        assertThat(eventTexts(created.id()))
                .endsWith("Service stopped automatically because due time is reached.")
                .doesNotContain("Stopping service.");
        assertThat(signalled).hasSize(2);
    }

    @Test
    void forgetsADueInstantThatHasNothingToStop() {
        Service created = commands()
                .create(
                        caller,
                        Services.creation(
                                "one", new AutoStop("MINUTES", 1, null), request(published("0.0.1"), 1, 100)));
        Instant due = created.publishedAt().plusSeconds(60);
        change(created, service -> service.taking(1).settledDown(1, ServiceState.FAILED, "crash", clock.instant()));

        commands().stopWhenDue(created.id(), due);
        assertThat(now(created).state()).isEqualTo(ServiceState.FAILED);
        assertThat(now(created).dueAt()).isNull();
    }

    @Test
    void givesABatchServiceANewTaskAtEachStart() {
        ModelId model = published("0.0.1");
        Service created = commands().create(caller, Services.batchCreation("one", Services.batchRequest(model)));
        assertThat(created.taskId()).isNotNull();
        change(created, service -> service.taking(1).settledDown(1, ServiceState.FINISHED, null, clock.instant()));

        commands().update(project, created.id(), ServiceUpdate.ofStatus(Wanted.RUNNING));
        assertThat(now(created).state()).isEqualTo(ServiceState.DEPLOYING);
        assertThat(now(created).taskId()).isNotEqualTo(created.taskId()).isNotNull();
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> schedule(created, new AutoStop("MINUTES", 1, null)))
                .withMessageContaining("schedule");
    }

    @Test
    void runsABatchServiceAgainOnlyWithAnEqualConfigurationAndOnceItsTaskHasEnded() {
        EntryRequest entry = Services.batchRequest(published("0.0.1"));
        ServiceCreation creation = Services.batchCreation("job", entry);
        Service created = commands().create(caller, creation);
        conflicts(ErrorCode.WRONG_STATE, "has not ended", () -> commands().runAgain(created, creation));

        Service ended = change(
                created, service -> service.taking(1).settledDown(1, ServiceState.FINISHED, null, clock.instant()));
        ServiceCreation other = Services.batchCreation("job", Services.batchRequest(published("0.0.2")));
        conflicts(ErrorCode.SERVICE_NAME_TAKEN, "another configuration", () -> commands()
                .runAgain(ended, other));
        assertThat(now(ended).numbers()).isEqualTo(ended.numbers());

        Service again = commands().runAgain(ended, creation).service();
        assertThat(again.numbers().generation()).isEqualTo(2);
        assertThat(again.taskId()).isNotEqualTo(created.taskId());
        assertThat(now(again).taskId()).isEqualTo(again.taskId());
        commands().delete(project, List.of(again.id()));
        conflicts(ErrorCode.WRONG_STATE, "is being deleted", () -> commands().runAgain(again, creation));
    }

    @Test
    void deploysAgainWhatIsAskedForAndNothingWhereAllIsSo() {
        EntryRequest entry = request(published("0.0.1"), 1, 100);
        Service running = running(create("one", entry));
        Accepted same = commands().deployAgain(running, Services.creation("one", entry));
        assertThat(same.wakes()).isFalse();
        assertThat(now(running).numbers()).isEqualTo(running.numbers());

        Service down = stopped(create("two", entry));
        Service up = commands()
                .deployAgain(
                        down,
                        Services.creation("two", new AutoStop("HOURS", 1, null), request(published("0.0.2"), 2, 100)))
                .service();
        assertThat(up.state()).isEqualTo(ServiceState.DEPLOYING);
        assertThat(up.numbers().generation()).isEqualTo(4);
        assertThat(up.asked().entries().getFirst().modelVersion()).isEqualTo("0.0.2");
        assertThat(up.dueAt()).isNotNull();
        conflicts(ErrorCode.WRONG_STATE, "is deploying", () -> commands()
                .deployAgain(up, Services.creation("two", request(published("0.0.3"), 1, 100))));
        Service job =
                commands().create(caller, Services.batchCreation("job", Services.batchRequest(published("0.0.4"))));
        conflicts(ErrorCode.SERVICE_NAME_TAKEN, "infer_type 'batch'", () -> commands()
                .deployAgain(job, Services.creation("job", entry)));
    }

    @Test
    void withdrawsOnlyWhatIsStillOnItsWay() {
        EntryRequest entry = request(published("0.0.1"), 1, 100);
        Service first = create("first", entry);
        assertThat(commands().withdraw(first.id(), 1)).isEqualTo(Withdrawal.ENDING);
        assertThat(now(first).state()).isEqualTo(ServiceState.STOPPING);
        assertThat(commands().withdraw(first.id(), 1)).isEqualTo(Withdrawal.TOO_LATE);

        Service running = running(create("second", entry));
        assertThat(commands().withdraw(running.id(), 1)).isEqualTo(Withdrawal.TOO_LATE);
        config(running, request(published("0.0.2"), 1, 100));
        assertThat(commands().withdraw(running.id(), 2)).isEqualTo(Withdrawal.NEEDS_ROLLBACK);
        assertThat(now(running).state()).isEqualTo(ServiceState.DEPLOYING);
    }

    @Test
    void tellsWhoWithdrew() {
        EntryRequest entry = request(published("0.0.1"), 1, 100);
        Origin request = new Origin("temporal", "local", "nightly-1");
        Service first = create("first", entry);
        commands().by(request).withdraw(first.id(), 1);
        store().change(first.id(), transaction -> {
            assertThat(transaction.commandedBy(2)).contains(request);
            return true;
        });
    }

    private static void conflicts(ErrorCode code, String message, ThrowingCallable call) {
        assertThatExceptionOfType(Conflict.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code))
                .withMessageContaining(message);
    }

    private ServiceCommands commands() {
        return new ServiceCommands(store(), Services.pools(), service -> signalled.add(service.id()), clock);
    }

    private ModelId published(String version) {
        Model model = Services.published(project, "iris", version);
        put(model);
        return model.id();
    }

    private static EntryRequest request(ModelId model, int instances, int weight) {
        return Services.request(model, instances, weight);
    }

    private static EntryRequest request(ModelId model, int instances, int weight, Map<String, String> envs) {
        return Services.request(model, instances, weight, envs);
    }

    private Service create(String name, EntryRequest... entries) {
        return commands().create(caller, Services.creation(name, entries));
    }

    private Service running(Service created) {
        return change(created, service -> {
            ServiceGeneration first = new ServiceGeneration(
                    service.id(),
                    1,
                    Wanted.RUNNING,
                    service.asked(),
                    true,
                    Outcome.SUCCESS,
                    null,
                    service.publishedAt());
            return service.taking(1).settledServing(first, service.publishedAt());
        });
    }

    private Service stopped(Service created) {
        running(created);
        commands().update(project, created.id(), ServiceUpdate.ofStatus(Wanted.STOPPED));
        return change(
                created, service -> service.taking(2).settledDown(2, ServiceState.STOPPED, null, clock.instant()));
    }

    private Service change(Service service, UnaryOperator<Service> change) {
        return store().change(service.id(), transaction -> {
            transaction.save(change.apply(transaction.service()));
            return transaction.service();
        });
    }

    private Accepted config(Service service, EntryRequest... entries) {
        return commands().update(project, service.id(), ServiceUpdate.ofConfig(before -> List.of(entries)));
    }

    private void schedule(Service service, AutoStop... schedule) {
        commands().update(project, service.id(), ServiceUpdate.ofSchedule(List.of(schedule)));
    }

    private Service now(Service service) {
        return store().find(service.id()).orElseThrow();
    }

    private static InstanceSetId set(Service service, int entry) {
        return service.asked().entries().get(entry).set();
    }

    private static ServiceStore.ServiceQuery all() {
        return new ServiceStore.ServiceQuery(null, null, null, null, null, null, null, "publish_at", false, 0, 1000);
    }

    private void refuses(ErrorCode code, String message, EntryRequest... entries) {
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> create("refused", entries))
                .satisfies(e -> assertThat(e.code()).isEqualTo(code))
                .withMessageContaining(message);
    }

    private static void unknown(ThrowingCallable call) {
        assertThatExceptionOfType(NotFound.class).isThrownBy(call).satisfies(e -> assertThat(e.code())
                .isEqualTo(ErrorCode.SERVICE_UNKNOWN));
    }
}
