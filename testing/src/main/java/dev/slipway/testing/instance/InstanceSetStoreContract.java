package dev.slipway.testing.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.DesiredSet;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceSetStore;
import dev.slipway.domain.instance.InstanceSetStore.Row;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.Probe;
import dev.slipway.domain.instance.ServerProcess;
import dev.slipway.domain.instance.SetOwner;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.domain.pool.Flavor;
import dev.slipway.domain.pool.Quantity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every {@link InstanceSetStore} does. */
public abstract class InstanceSetStoreContract {

    protected abstract InstanceSetStore store();

    private final SetOwner owner = SetOwner.service(UUID.randomUUID().toString());

    @Test
    void givesBackWhatItWasTold() {
        InstanceTemplate template = Templates.labelled("iris 0.0.1")
                .withEnvs(Map.of("THRESHOLD", "0.5", "NAME", "鸢尾 \"iris\""))
                .withFlavor(new Flavor("gpu.1u", 2, 8192, "GPU", Map.of("nvidia.com/gpu", new Quantity(250))))
                .withProcess(new ServerProcess(
                        List.of("serve", "--all"),
                        Map.of("http", 8080),
                        new Probe("/ready", Duration.ofSeconds(5), Duration.ofMillis(500), 3),
                        null))
                .withEnvironment(new EnvironmentSpec(
                        "Custom",
                        "python>=3.9",
                        List.of("numpy==1.26.4; python_version < \"3.13\""),
                        List.of("six==1.17.0"),
                        List.of("own-1.0-py3-none-any.whl"),
                        List.of("easydict<2"),
                        Map.of("own-1.0-py3-none-any.whl", "ab")));
        InstanceSet set = new InstanceSet(id("a"), template);

        store().want(owner, set, 3);

        Row row = row(set.id());
        assertThat(row.owner()).isEqualTo(owner);
        assertThat(row.set()).isEqualTo(set);
        assertThat(row.count()).isEqualTo(3);
        assertThat(row.desired().leaving()).isEmpty();
        assertThat(row.observed()).isEqualTo(new SetStatus(set.id(), 3, List.of(), null));
        assertThat(store().of(owner)).containsExactly(row);
        assertThat(store().find(List.of(set.id(), id("unknown")))).containsExactly(row);
        assertThat(store().all()).contains(row);
    }

    @Test
    void changesTheCountAndNeverTheTemplate() {
        InstanceSet set = new InstanceSet(id("a"), Templates.labelled("iris 0.0.1"));

        store().want(owner, set, 3);
        long first = row(set.id()).desired().revision();
        store().want(owner, new InstanceSet(set.id(), Templates.labelled("iris 0.0.2")), 4);

        assertThat(row(set.id()).set()).isEqualTo(set);
        assertThat(row(set.id()).count()).isEqualTo(4);
        assertThat(row(set.id()).desired().revision()).isGreaterThan(first);
    }

    @Test
    void theSameAgainIsNoNewRevision() {
        InstanceSet set = wanted("a", 2);
        InstanceId leaving = new InstanceId(set.id(), 1, 2);
        store().scaleDown(set.id(), 1, Set.of(leaving));
        DesiredSet before = row(set.id()).desired();

        store().want(owner, set, 1);
        store().scaleDown(set.id(), 1, Set.of(leaving));
        store().scaleDown(set.id(), 5, Set.of());
        store().replace(leaving);

        assertThat(row(set.id()).desired()).isEqualTo(before);
    }

    @Test
    void scalesDownByNameAndKeepsTheRowOfASetThatEnds() {
        InstanceSet set = wanted("a", 3);
        InstanceId second = new InstanceId(set.id(), 1, 5);

        store().scaleDown(set.id(), 2, Set.of(second));
        assertThat(row(set.id()).desired().count()).isEqualTo(2);
        assertThat(row(set.id()).desired().leaving()).containsExactly(second);

        store().scaleDown(set.id(), 0, Set.of());
        assertThat(row(set.id()).desired().count()).isZero();
        assertThat(row(set.id()).desired().leaving()).containsExactly(second);
    }

    @Test
    void anInstanceThatIsReplacedLeavesAndTheCountStays() {
        InstanceSet set = wanted("a", 2);
        InstanceId hanging = new InstanceId(set.id(), 0, 7);

        store().replace(hanging);

        assertThat(row(set.id()).desired().count()).isEqualTo(2);
        assertThat(row(set.id()).desired().leaving()).containsExactly(hanging);
    }

    @Test
    void keepsWhatWasSeenAndForgetsThoseThatHaveLeft() {
        InstanceSet set = wanted("a", 2);
        InstanceId stays = new InstanceId(set.id(), 0, 1);
        InstanceId leaves = new InstanceId(set.id(), 1, 2);
        store().scaleDown(set.id(), 1, Set.of(leaves));
        long revision = row(set.id()).desired().revision();

        SetStatus draining = status(set.id(), ready(stays), in(leaves, InstanceState.DRAINING));
        assertThat(row(set.id()).current()).isFalse();
        store().observe(draining, revision);
        assertThat(row(set.id()).current()).isTrue();
        assertThat(row(set.id()).observed()).isEqualTo(draining.withWanted(1));
        assertThat(row(set.id()).desired().leaving()).containsExactly(leaves);

        store().observe(status(set.id(), ready(stays), in(leaves, InstanceState.EXITED)), revision);
        assertThat(row(set.id()).desired().leaving()).isEmpty();
        assertThat(row(set.id()).desired().revision()).isEqualTo(revision);
    }

    /** PostgreSQL refuses NUL and halves of surrogate pairs, which a package may print as it likes. */
    @Test
    void keepsWhateverTextAnInstanceHasWritten() {
        InstanceSet set = wanted("a", 1);
        InstanceId id = new InstanceId(set.id(), 0, 1);
        String text = "a\0b\uD800c\u001B[31m";
        Instance instance = new Instance(id, InstanceState.EXITED, null, 1, text, false, List.of(text));

        store().observe(
                        new SetStatus(set.id(), 1, List.of(instance), text),
                        row(set.id()).desired().revision());

        SetStatus kept = row(set.id()).observed();
        assertThat(List.of(
                        kept.failure(),
                        kept.instances().getFirst().cause(),
                        kept.warnings().getFirst()))
                .containsOnly("a\uFFFDb\uFFFDc\uFFFD[31m");
    }

    @Test
    void whatWasSeenBeforeTheRevisionThatDrainsTakesNobodyOffTheDesiredState() {
        InstanceSet set = wanted("a", 2);
        long before = row(set.id()).desired().revision();
        InstanceId starting = new InstanceId(set.id(), 1, 2);
        store().scaleDown(set.id(), 1, Set.of(starting));

        store().observe(status(set.id()), before);

        assertThat(row(set.id()).desired().leaving()).containsExactly(starting);
    }

    @Test
    void ignoresWhatWasSeenOfASetThatWasForgottenAndWantedAnew() {
        InstanceSet set = wanted("a", 1);
        long before = row(set.id()).desired().revision();
        store().observe(status(set.id(), ready(new InstanceId(set.id(), 0, 1))), before);
        store().forget(set.id());
        store().want(owner, set, 1);

        assertThat(row(set.id()).observed().instances()).isEmpty();
        store().observe(status(set.id(), ready(new InstanceId(set.id(), 0, 1))), before);
        assertThat(row(set.id()).observed().instances()).isEmpty();
    }

    @Test
    void ignoresALateLookAtAnOlderRevision() {
        InstanceSet set = wanted("a", 1);
        long first = row(set.id()).desired().revision();
        store().want(owner, set, 2);
        SetStatus newer =
                status(set.id(), ready(new InstanceId(set.id(), 0, 1)), ready(new InstanceId(set.id(), 1, 2)));
        store().observe(newer, row(set.id()).desired().revision());

        store().observe(status(set.id(), ready(new InstanceId(set.id(), 0, 1))), first);

        assertThat(row(set.id()).observed()).isEqualTo(newer.withWanted(2));
    }

    @Test
    void aFailureIsKept() {
        InstanceSet set = wanted("a", 1);

        store().observe(
                        new SetStatus(set.id(), 1, List.of(), "no such image"),
                        row(set.id()).desired().revision());

        assertThat(row(set.id()).observed().failure()).isEqualTo("no such image");
    }

    @Test
    void forgetsOnceHoweverOftenItIsTold() {
        InstanceSet one = wanted("a", 1);
        InstanceSet other = wanted("b", 2);

        store().forget(one.id());
        store().forget(one.id());
        store().scaleDown(one.id(), 0, Set.of());
        store().replace(new InstanceId(one.id(), 0, 1));
        store().observe(status(one.id()), Long.MAX_VALUE);

        assertThat(store().find(one.id())).isEmpty();
        assertThat(store().of(owner)).extracting(Row::id).containsExactly(other.id());
    }

    @Test
    void tellsOwnersApartAndOrdersById() {
        SetOwner neighbour = SetOwner.model(UUID.randomUUID().toString());
        InstanceTemplate template = Templates.labelled("iris 0.0.1");
        String mark = UUID.randomUUID().toString();
        store().want(owner, new InstanceSet(new InstanceSetId(mark + "-c"), template), 1);
        store().want(neighbour, new InstanceSet(new InstanceSetId(mark + "-b"), template), 1);
        store().want(owner, new InstanceSet(new InstanceSetId(mark + "-a"), template), 1);

        assertThat(store().of(owner)).extracting(row -> row.id().value()).containsExactly(mark + "-a", mark + "-c");
        assertThat(store().of(List.of(owner, neighbour, SetOwner.model("none"))))
                .isEqualTo(Map.of(owner, store().of(owner), neighbour, store().of(neighbour)));
        assertThat(store().all())
                .extracting(row -> row.id().value())
                .filteredOn(id -> id.startsWith(mark))
                .containsExactly(mark + "-a", mark + "-b", mark + "-c");
    }

    private InstanceSet wanted(String name, int count) {
        InstanceSet set = new InstanceSet(id(name), Templates.labelled("iris 0.0.1"));
        store().want(owner, set, count);
        return set;
    }

    private Row row(InstanceSetId set) {
        return store().find(set).orElseThrow();
    }

    private static SetStatus status(InstanceSetId set, Instance... instances) {
        return new SetStatus(set, 1, List.of(instances), null);
    }

    private static Instance ready(InstanceId id) {
        return new Instance(id, InstanceState.READY, new Address.Tcp("127.0.0.1", 8080), null, null, false)
                .withWarnings(List.of("class 'S' extends the base class of another engine", "鸢尾"));
    }

    private static Instance in(InstanceId id, InstanceState state) {
        return new Instance(id, state, null, null, null, state == InstanceState.EXITED);
    }

    private static InstanceSetId id(String name) {
        return new InstanceSetId(UUID.randomUUID() + "-" + name);
    }
}
