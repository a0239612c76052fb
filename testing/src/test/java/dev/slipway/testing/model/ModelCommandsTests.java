package dev.slipway.testing.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.model.Deletion;
import dev.slipway.domain.model.Dependency;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelCommands;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelStatus;
import dev.slipway.domain.model.ModelUpdate;
import dev.slipway.domain.model.TrialSpec;
import dev.slipway.domain.problem.Conflict;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.testing.service.Services;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ModelCommandsTests {

    private final InMemoryModelStore store = new InMemoryModelStore();
    private final List<ModelId> signalled = new ArrayList<>();
    private final ModelCommands commands = new ModelCommands(
            store, Services.pools(), model -> signalled.add(model.id()), Clock.fixed(Models.NOON, ZoneOffset.UTC));

    @Test
    void writesRowAndEventThenWakes() {
        Model model = commands.create(Models.caller(), Models.spec("iris", "0.0.1"));

        assertThat(model.status()).isEqualTo(ModelStatus.PUBLISHING);
        assertThat(store.events(model.id())).extracting(Event::info).containsExactly("Start model import.");
        assertThat(signalled).containsExactly(model.id());
    }

    @Test
    void refusesATrialStartInAPoolThatIsNotThere() {
        TrialSpec elsewhere = new TrialSpec("gpu", null, Map.of(), null);
        TrialSpec tooLarge = new TrialSpec(null, "modelarts.vm.cpu.64u", Map.of(), null);

        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> commands.create(
                        Models.caller(), Models.spec("iris", "0.0.1").withTrial(elsewhere)))
                .withMessage("trial.pool: pool 'gpu' does not exist, expected one of [default]")
                .satisfies(invalid -> assertThat(invalid.code()).isEqualTo(ErrorCode.POOL_UNKNOWN));
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> commands.create(
                        Models.caller(), Models.spec("iris", "0.0.1").withTrial(tooLarge)))
                .withMessageStartingWith("trial.specification: specification 'modelarts.vm.cpu.64u' does not exist");
        assertThat(signalled).isEmpty();
    }

    @Test
    void acceptsWhenTheWakeIsLost() {
        ModelCommands deaf = new ModelCommands(
                store,
                Services.pools(),
                model -> {
                    throw new Unavailable(ErrorCode.UNAVAILABLE, "away");
                },
                Clock.systemUTC());

        Model model = deaf.create(Models.caller(), Models.spec("iris", "0.0.1"));
        assertThat(store.find(model.id())).isPresent();
    }

    @Test
    void keepsAModelThatAServiceNames() {
        Model used = commands.create(Models.caller(), Models.spec("iris", "0.0.1"));
        Model free = commands.create(Models.caller(), Models.spec("iris", "0.0.2"));
        store.name(used.id(), "service-1");

        Deletion deletion = commands.delete(Models.PROJECT, used.id(), true);

        assertThat(deletion.deleted()).containsExactly(free.id());
        assertThat(deletion.refused()).singleElement().satisfies(refused -> {
            assertThat(refused.id()).isEqualTo(used.id());
            assertThat(refused.because().code()).isEqualTo(ErrorCode.MODEL_IN_USE);
            assertThat(refused.because()).hasMessageContaining("service 'service-1' (service-1)");
        });
        assertThat(store.events(used.id())).extracting(Event::info).contains("Failed to delete the model.");
    }

    @Test
    void pokesTheImportOfADeletedModel() {
        Model model = commands.create(Models.caller(), Models.spec("iris", "0.0.1"));
        commands.delete(Models.PROJECT, model.id(), false);

        assertThat(signalled).containsExactly(model.id(), model.id());
        assertThat(store.find(model.id())).isEmpty();
    }

    @Test
    void oneCallDeletesTwentyVersionsAndNamesTheOthers() {
        List<ModelId> all = new ArrayList<>();
        for (int patch = 1; patch <= 23; patch++) {
            all.add(commands.create(Models.caller(), Models.spec("iris", "0.0." + patch))
                    .id());
        }

        Deletion deletion = commands.delete(Models.PROJECT, all.getFirst(), true);

        assertThat(deletion.deleted()).hasSize(20);
        assertThat(deletion.refused()).hasSize(3).allSatisfy(refused -> {
            assertThat(all).contains(refused.id());
            assertThat(refused.because()).hasMessageContaining("at most 20 versions, call again");
        });
        assertThat(commands.delete(Models.PROJECT, deletion.refused().getFirst().id(), true)
                        .deleted())
                .hasSize(3);
    }

    @Test
    void otherDependenciesBeginTheImportAnew() {
        Model model = commands.create(Models.caller(), Models.spec("iris", "0.0.1"));
        ModelUpdate numpy = dependencies(new Dependency("numpy", null, null));
        assertThatExceptionOfType(Conflict.class)
                .isThrownBy(() -> commands.update(Models.PROJECT, model.id(), numpy))
                .withMessageStartingWith("model 'iris 0.0.1' is being imported: wait");
        commands.cancel(Models.PROJECT, model.id());
        store.change(model.id(), row -> {
            row.take();
            return row;
        });
        signalled.clear();

        Model again = commands.update(Models.PROJECT, model.id(), numpy);
        assertThat(again.status()).isEqualTo(ModelStatus.PUBLISHING);
        assertThat(again.error()).isNull();
        assertThat(store.untakenSince(Models.NOON.plusSeconds(1), null, 10)).containsExactly(again);
        assertThat(signalled).containsExactly(model.id());
        assertThat(store.events(model.id()))
                .extracting(Event::info)
                .containsExactly(
                        "Start model import.",
                        "The status of the image building task is cancelled.",
                        "Failed to build the image.",
                        "Failed to import the model.",
                        "Model running dependencies updated. Rebuild the image.",
                        "Start model import.");
        commands.cancel(Models.PROJECT, model.id());
        assertThat(store.events(model.id()))
                .extracting(Event::info)
                .endsWith("Failed to build the image.", "Failed to import the model.");
        assertThat(commands.update(Models.PROJECT, model.id(), numpy).status()).isEqualTo(ModelStatus.FAILED);
        assertThat(store.events(model.id()).getLast().info()).isEqualTo("Model running dependencies not updated.");
        store.name(model.id(), "s");
        assertThatExceptionOfType(Conflict.class)
                .isThrownBy(() -> commands.update(Models.PROJECT, model.id(), dependencies()))
                .withMessage(
                        "model 'iris 0.0.1' is used by service 's' (s): make a new version by 'copy_from' with the other dependencies");
    }

    private static ModelUpdate dependencies(Dependency... sent) {
        return new ModelUpdate(spec -> spec.withDependencies(List.of(sent), null, spec.request()), List.of(sent));
    }

    @Test
    void anEmptyListDoesNotRemoveTheDependenciesOfAPackage() {
        Model model = commands.create(Models.caller(), Models.spec("iris", "0.0.1"));
        store.change(model.id(), row -> {
            row.save(model.checked(Models.config().withDependencies(List.of(new Dependency("numpy", null, null))), 1)
                    .failed("no"));
            return row;
        });

        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> commands.update(Models.PROJECT, model.id(), dependencies()))
                .withMessageContaining("does not remove those of model/config.json");
    }

    @Test
    void anImportIsCancelledOnceAndItsWorkflowIsWoken() {
        Model model = commands.create(Models.caller(), Models.spec("iris", "0.0.1"));
        signalled.clear();

        Model cancelled = commands.by(Models.caller().origin()).cancel(Models.PROJECT, model.id());

        assertThat(cancelled.status()).isEqualTo(ModelStatus.FAILED);
        assertThat(cancelled.error()).startsWith("the import was cancelled by ");
        assertThat(signalled).containsExactly(model.id());
        assertThat(store.events(model.id()))
                .extracting(Event::info)
                .containsExactly(
                        "Start model import.",
                        "The status of the image building task is cancelled.",
                        "Failed to build the image.",
                        "Failed to import the model.");
        assertThatExceptionOfType(Conflict.class)
                .isThrownBy(() -> commands.cancel(Models.PROJECT, model.id()))
                .withMessageStartingWith("the import of model 'iris 0.0.1' has ended, the model is failed");
        assertThat(store.events(model.id())).hasSize(4);
    }

    @Test
    void aDescriptionIsChangedWithAnEventOnlyIfItDiffers() {
        ModelUpdate better = ModelUpdate.of(spec -> spec.withDescription("better", spec.request()));
        Model model = commands.create(Models.caller(), Models.spec("iris", "0.0.1"));

        commands.update(Models.PROJECT, model.id(), better);
        commands.update(Models.PROJECT, model.id(), better);

        assertThat(commands.find(Models.PROJECT, model.id()).spec().description())
                .isEqualTo("better");
        assertThat(store.events(model.id()))
                .extracting(Event::info)
                .containsExactly("Start model import.", "Model description updated.");
        assertThat(signalled).containsExactly(model.id());
    }

    @Test
    void showsNothingToAnotherProject() {
        Model model = commands.create(Models.caller(), Models.spec("iris", "0.0.1"));
        ProjectId other = new ProjectId("f".repeat(32));

        assertThatExceptionOfType(NotFound.class).isThrownBy(() -> commands.find(other, model.id()));
        assertThatExceptionOfType(NotFound.class).isThrownBy(() -> commands.delete(other, model.id(), false));
        assertThatExceptionOfType(NotFound.class).isThrownBy(() -> commands.cancel(other, model.id()));
        assertThatExceptionOfType(NotFound.class)
                .isThrownBy(() -> commands.update(other, model.id(), ModelUpdate.of(UnaryOperator.identity())));
    }
}
