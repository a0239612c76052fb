package dev.slipway.adapters.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImagePulls;
import dev.slipway.domain.instance.DesiredSet;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.retention.DiskArea;
import dev.slipway.domain.retention.DiskArea.Removed;
import dev.slipway.domain.retention.InUse;
import dev.slipway.testing.instance.Await;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LocalDiskTests {

    private static final InstanceSetId SET = new InstanceSetId("trial-of-a-model");
    private static final ImageDigest IMAGE = LocalClusterFixture.working().image();

    private final LocalClusterFixture fixture = LocalClusterFixture.create();
    private final Path home = fixture.folder().resolve("local");
    private LocalCluster cluster = fixture.open();

    @AfterEach
    void close() {
        cluster.close();
        fixture.close();
    }

    @Test
    void takesNothingFromALivingInstance() {
        Instance instance = ready();

        for (DiskArea area : later()) {
            assertThat(area.use(LocalDiskTests::nothing).bytes())
                    .as(area.name())
                    .isPositive();
            assertThat(area.use(LocalDiskTests::nothing).unused())
                    .as(area.name())
                    .isZero();
            assertThat(area.removeUnused(LocalDiskTests::nothing, 100))
                    .as(area.name())
                    .isEqualTo(Removed.NOTHING);
        }
        assertThat(fixture.ask(instance, "{}").join().statusCode()).isEqualTo(200);
    }

    @Test
    void removesWhatAKilledProcessLeft() {
        Instance instance = ready();
        cluster.close();
        fixture.stateOf(instance.id()).shim().kill();
        fixture.processOf(instance.id()).kill();
        Await.until("the end", () -> fixture.stateOf(instance.id()).hasLeft(), () -> instance);

        assertThat(removed(areas(Clock.systemUTC()), LocalDiskTests.nothing()))
                .as("its log is kept for a day")
                .isEqualTo(Removed.NOTHING);
        assertThat(removed(later(), new InUse(Set.of(IMAGE), null, Set.of(SET))))
                .as("its set is wanted: the cluster shows how it ended")
                .isEqualTo(Removed.NOTHING);
        assertThat(removed(later(), LocalDiskTests.nothing()).things())
                .as("its folder, its log, and the model")
                .isEqualTo(3);
        assertThat(home.resolve("instances")).isDirectoryNotContaining("glob:**/trial-*");
        for (DiskArea area : later()) {
            assertThat(area.use(LocalDiskTests::nothing).unused())
                    .as(area.name())
                    .isZero();
        }
        cluster = fixture.open();
        assertThat(cluster.status(SET).instances()).isEmpty();
    }

    @Test
    void forgetsEndedInstancesWhoseFoldersAreGone() {
        Instance instance = ready();
        cluster.close();
        fixture.stateOf(instance.id()).shim().kill();
        fixture.processOf(instance.id()).kill();
        Await.until("the end", () -> fixture.stateOf(instance.id()).hasLeft(), () -> instance);
        cluster = fixture.open();
        assertThat(cluster.status(SET).instances()).hasSize(1);

        removed(later(), LocalDiskTests.nothing());

        Await.until("forgotten", () -> cluster.status(SET).instances().isEmpty(), () -> cluster.status(SET));
    }

    /** Between the look and the removal an instance is started from the very model: it has to find it whole. */
    @Test
    void keepsAModelThatIsUsedAgainWhileItLooks() {
        ModelFolders models = new ModelFolders(home.resolve("models"), fixture.images());
        Path model = models.modelOf(IMAGE, ImagePulls.Progress.IGNORED);
        DiskArea area = areas(Clock.systemUTC()).getLast();

        Removed removed = area.removeUnused(
                () -> {
                    models.modelOf(IMAGE, ImagePulls.Progress.IGNORED);
                    return nothing();
                },
                100);

        assertThat(removed).isEqualTo(Removed.NOTHING);
        assertThat(model).isDirectory();
        assertThat(area.removeUnused(LocalDiskTests::nothing, 100).things()).isEqualTo(1);
        assertThat(model).doesNotExist();
        assertThat(models.modelOf(IMAGE, ImagePulls.Progress.IGNORED))
                .as("unpacked again when it is needed")
                .isDirectory();
    }

    private Instance ready() {
        cluster.apply(new DesiredSet(new InstanceSet(SET, LocalClusterFixture.working()), 1, Set.of(), 1));
        Await.until("ready", () -> cluster.status(SET).ready() == 1, () -> cluster.status(SET));
        return cluster.status(SET).instances().getFirst();
    }

    private List<DiskArea> later() {
        return areas(Clock.offset(Clock.systemUTC(), Duration.ofHours(30)));
    }

    private List<DiskArea> areas(Clock clock) {
        return LocalDisk.areas(home, Duration.ofDays(1), clock);
    }

    private static Removed removed(List<DiskArea> areas, InUse inUse) {
        return areas.stream().map(area -> area.removeUnused(() -> inUse, 100)).reduce(Removed.NOTHING, Removed::plus);
    }

    private static InUse nothing() {
        return new InUse(Set.of(), null, Set.of());
    }
}
