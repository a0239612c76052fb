package dev.slipway.domain.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelSpec;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NoCapacity;
import dev.slipway.domain.storage.ProjectObjects;
import dev.slipway.testing.model.Models;
import dev.slipway.testing.service.InMemoryServiceStore;
import dev.slipway.testing.service.Services;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Here and not beside the class, because {@code domain} has no fakes; what every command refuses is in its contract. */
class ConfigRulesTests {

    private static final int SLOTS = 4;

    private final ProjectId project = Services.anyProject();
    private final InMemoryServiceStore services = new InMemoryServiceStore();
    private final Model one = put(Services.published(project, "iris", "0.0.1"));
    private final Model two = put(Services.published(project, "iris", "0.0.2"));
    private final Service service = Services.draft(project, "one", one);
    private final ConfigRules rules = new ConfigRules(Services.pools(SLOTS), ProjectObjects.ofEverybody());
    private boolean exists;

    private Model put(Model model) {
        services.put(model);
        return model;
    }

    private ServiceConfig config(long generation, @Nullable ServiceConfig living, EntryRequest... requests) {
        if (!exists) {
            exists = true;
            return services.create(service, tx -> rules.config(tx, List.of(requests), generation, living));
        }
        return services.change(service.id(), tx -> rules.config(tx, List.of(requests), generation, living));
    }

    private static EntryRequest request(Model model, int instances, int weight) {
        return Services.request(model.id(), instances, weight);
    }

    private InstanceSetId set(int generation, int entry) {
        return new InstanceSetId("service-%s-g%d-e%d".formatted(service.id(), generation, entry));
    }

    private static List<InstanceSetId> sets(ServiceConfig config) {
        return config.entries().stream().map(ServiceEntry::set).toList();
    }

    @Test
    void givesEachEntryASetOfItsGeneration() {
        ServiceConfig config = config(3, null, request(one, 1, 60), request(two, 2, 40));

        assertThat(sets(config)).containsExactly(set(3, 0), set(3, 1));
        assertThat(config.entries())
                .extracting(ServiceEntry::modelVersion, ServiceEntry::pool, ServiceEntry::instanceCount)
                .containsExactly(tuple("0.0.1", Services.POOL, 1), tuple("0.0.2", Services.POOL, 2));
    }

    /** Instances stay where only their number, their share or their place in the list changes. */
    @Test
    void keepsTheSetOfAnEntryThatRunsAsBefore() {
        ServiceConfig before = config(1, null, request(one, 1, 60), request(two, 1, 40));

        ServiceConfig after = config(2, before, request(two, 1, 70), request(one, 2, 30));

        assertThat(sets(after)).containsExactly(set(1, 1), set(1, 0));
    }

    @Test
    void takesANewSetWhereTheInstancesDiffer() {
        ServiceConfig before = config(1, null, request(one, 1, 100));

        assertThat(sets(config(2, before, Services.request(one.id(), 1, 100, Map.of("A", "b")))))
                .containsExactly(set(2, 0));
        assertThat(sets(config(3, before, Services.withRolling(request(one, 1, 100), new RollingLimits(1, 1, 240)))))
                .containsExactly(set(3, 0));
        assertThat(sets(config(4, before, request(two, 1, 100)))).containsExactly(set(4, 0));
    }

    @Test
    void aStartTakesNewSetsForAll() {
        ServiceConfig before = config(1, null, request(one, 1, 60), request(two, 1, 40));

        assertThat(sets(rules.anew(service, before, 5))).containsExactly(set(5, 0), set(5, 1));
    }

    @Test
    void refusesAStartThatThePoolHasBecomeTooSmallFor() {
        ServiceConfig before = config(1, null, request(one, 3, 100));

        assertThatExceptionOfType(NoCapacity.class)
                .isThrownBy(
                        () -> new ConfigRules(Services.pools(2), ProjectObjects.ofEverybody()).anew(service, before, 2))
                .withMessageContaining("has 2 slots for specification")
                .withMessageContaining("found 3 wanted");
    }

    /** Old and new instances together, at the peak of the rollout: it would wait for ever. */
    @Test
    void refusesAnUpgradeThatNeverHasRoom() {
        ServiceConfig before = config(1, null, request(one, 4, 100));

        assertThatExceptionOfType(NoCapacity.class)
                .isThrownBy(() -> config(2, before, request(two, 4, 100)))
                .withMessageContaining("the upgrade needs")
                .withMessageContaining("let old ones leave first (max_unavailable)");
        assertThat(sets(config(3, before, Services.withRolling(request(two, 4, 100), new RollingLimits(1, 1, 240)))))
                .as("where old ones leave first there is room")
                .containsExactly(set(3, 0));
    }

    @Test
    void refusesListsThatAreNone() {
        refuses(ErrorCode.PARAMETER, "config: expected at least one entry, found none");
    }

    @Test
    void namesTheFieldOfALookUpThatFails() {
        refuses(
                ErrorCode.FLAVOR_UNKNOWN,
                "config[1].specification: ",
                request(one, 1, 50),
                Services.withSpecification(request(two, 1, 50), "vast"));
    }

    @Test
    void refusesModelsThatCannotBeDeployed() {
        Model failed = put(Models.asked(project, "iris", "0.0.3").failed("its package is damaged"));
        refuses(ErrorCode.MODEL_NOT_PUBLISHED, "not imported: it failed", request(failed, 1, 100));

        Model forBatch = put(withSpec(
                two,
                spec -> new ModelSpec(
                        spec.name(),
                        "0.0.4",
                        spec.type(),
                        spec.source(),
                        null,
                        null,
                        null,
                        null,
                        List.of(),
                        List.of(),
                        List.of("batch"),
                        spec.trial(),
                        spec.request())));
        refuses(
                ErrorCode.MODEL_TYPE_NOT_DEPLOYABLE,
                "cannot be deployed as 'real-time', its install_type is [batch]",
                request(forBatch, 1, 100));
    }

    private Model withSpec(Model like, UnaryOperator<ModelSpec> change) {
        return Model.asked(ModelId.random(), project, "tenant-1", "user-1", change.apply(like.spec()), Services.NOON)
                .checked(Models.config(), 4711)
                .published(Objects.requireNonNull(like.image()));
    }

    private void refuses(ErrorCode code, String message, EntryRequest... requests) {
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> config(1, null, requests))
                .withMessageContaining(message)
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(code));
        exists = services.find(service.id()).isPresent();
    }
}
