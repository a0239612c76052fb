package dev.slipway.testing.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.environment.Environment;
import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.model.ImportEvents;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelAlias;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelStatus;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.model.ModelStore.ModelQuery;
import dev.slipway.domain.model.ModelStore.SortBy;
import dev.slipway.domain.problem.Conflict;
import dev.slipway.domain.problem.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every {@link ModelStore} does: run against the fake and against PostgreSQL. */
public abstract class ModelStoreContract {

    private final ProjectId project = new ProjectId(UUID.randomUUID().toString().replace("-", ""));

    protected abstract ModelStore store();

    @Test
    void keepsTheLatestBuildLogOfAModel() {
        Model model = insert("iris", "0.0.1");
        assertThat(store().buildLog(model.id())).isEmpty();

        store().keepBuildLog(model.id(), "Collecting numpy");
        store().keepBuildLog(model.id(), "Collecting\nnumpy 2");
        store().keepBuildLog(ModelId.random(), "of nobody");

        assertThat(store().buildLog(model.id())).contains("Collecting\nnumpy 2");
        store().change(model.id(), row -> {
            row.remove();
            return true;
        });
        assertThat(store().buildLog(model.id())).isEmpty();
    }

    @Test
    void keepsTheEnvironmentOfAModel() {
        EnvironmentSpec spec = new EnvironmentSpec(
                "Custom",
                "python>=3.9",
                List.of("numpy==1.26.4; python_version < \"3.13\""),
                List.of("six==1.17.0"),
                List.of("easydict>=1.0", "own-1.0-py3-none-any.whl"),
                List.of("easydict<2"),
                Map.of("own-1.0-py3-none-any.whl", "ab"));
        Environment environment = new Environment(
                spec.digest(),
                spec,
                "/data/environments/x/bin/python3",
                "3.12.3",
                List.of("numpy==1.26.4"),
                List.of("/opt/x"));
        Model model = insert("iris", "0.0.1");
        store().change(model.id(), row -> {
            row.save(model.preparedWith(environment));
            return true;
        });

        assertThat(store().find(model.id()).orElseThrow().environment()).isEqualTo(environment);
        assertThat(store().find(model.id()).orElseThrow().environmentSpec()).isEqualTo(spec);
    }

    @Test
    void givesBackWhatWasWritten() {
        Model model = insert("iris", "0.0.1");

        assertThat(store().find(model.id())).contains(model);
        Model published = model.checked(Models.config(), 4711).published(new ImageDigest("sha256:" + "ab".repeat(32)));
        save(published);
        assertThat(store().find(model.id())).contains(published);
        save(published.failed("no"));
        assertThat(store().find(model.id())).hasValueSatisfying(found -> {
            assertThat(found.status()).isEqualTo(ModelStatus.FAILED);
            assertThat(found.error()).isEqualTo("no");
        });
    }

    @Test
    void refusesANameAndVersionTwiceInAProject() {
        insert("iris", "0.0.1");
        insert("iris", "0.0.2");

        assertThatExceptionOfType(Conflict.class)
                .isThrownBy(() -> insert("iris", "0.0.1"))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_EXISTS))
                .withMessageContaining("iris 0.0.1");
        assertThat(store().list(project, all()).total()).isEqualTo(2);
    }

    @Test
    void freesNameAndVersionOnRemoval() {
        Model model = insert("iris", "0.0.1");
        store().change(model.id(), row -> {
            row.remove();
            return row;
        });

        assertThat(store().find(model.id())).isEmpty();
        insert("iris", "0.0.1");
    }

    @Test
    void writesNothingWhenTheWorkThrows() {
        Model model = Models.asked(project, "iris", "0.0.1");
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> store().change(model.id(), row -> {
            row.insert(model);
            throw new IllegalStateException("no");
        }));

        assertThat(store().find(model.id())).isEmpty();
    }

    @Test
    void findsNothingOfAnotherProject() {
        insert("iris", "0.0.1");

        assertThat(store().list(new ProjectId("f".repeat(32)), query("iris", true))
                        .models())
                .isEmpty();
    }

    @Test
    void listsByPartOfTheNameWithLiteralUnderscores() {
        insert("iris_big", "0.0.1");
        insert("irisXbig", "0.0.1");
        insert("other", "0.0.1");

        assertThat(names(query("IRIS", false))).containsExactlyInAnyOrder("iris_big", "irisXbig");
        assertThat(names(query("s_b", false))).containsExactly("iris_big");
        assertThat(names(query("iris", true))).isEmpty();
        assertThat(names(query("iris_big", true))).containsExactly("iris_big");
    }

    @Test
    void sortsVersionsByNumberAndCountsRecords() {
        insert("iris", "0.0.9");
        insert("iris", "0.0.10");
        insert("iris", "0.1.0");

        ModelQuery query = new ModelQuery("iris", true, null, null, null, null, null, SortBy.VERSION, false, 1, 1);
        ModelStore.ModelPage page = store().list(project, query);
        assertThat(page.total()).isEqualTo(3);
        assertThat(page.models()).extracting(model -> model.spec().version()).containsExactly("0.0.10");
    }

    @Test
    void findsImportsThatNobodyHasTaken() {
        Model untaken = insert("iris", "0.0.1");
        Model taken = insert("iris", "0.0.2");
        Model ended = insert("iris", "0.0.3");
        store().change(taken.id(), row -> {
            row.take();
            return row;
        });
        save(ended.failed("no"));

        assertThat(store().untakenSince(Models.NOON.plusSeconds(1), null, 100_000))
                .contains(untaken)
                .doesNotContain(taken);
        assertThat(store().untakenSince(Models.NOON.plusSeconds(1), untaken.id(), 100_000))
                .doesNotContain(untaken);
        assertThat(store().untakenSince(Models.NOON, null, 100_000)).doesNotContain(untaken);
        assertThat(store().unfinished(null, 100_000)).contains(untaken, taken).doesNotContain(ended);
        assertThat(store().publishing(List.of(untaken.id(), taken.id(), ended.id())))
                .containsExactlyInAnyOrder(untaken.id(), taken.id());
    }

    @Test
    void unfinishedImportsComeInPages() {
        insert("iris", "0.0.1");
        insert("iris", "0.0.2");
        insert("iris", "0.0.3");
        List<Model> all = store().unfinished(null, 100_000);

        List<Model> paged = new ArrayList<>(store().unfinished(null, 2));
        while (true) {
            List<Model> next = store().unfinished(paged.getLast().id(), 2);
            if (next.isEmpty()) {
                break;
            }
            paged.addAll(next);
        }

        assertThat(paged).isEqualTo(all);
    }

    @Test
    void anAliasNamesOneVersionAndGoesWithIt() {
        Model first = insert("iris", "0.0.1");
        Model second = insert("iris", "0.0.2");
        ModelAlias champion = ModelAlias.parse("iris@champion");
        ModelAlias latest = ModelAlias.parse("iris@latest-good");

        assertThat(point(latest, first)).isEmpty();
        assertThat(point(champion, first)).isEmpty();
        assertThat(point(champion, first)).contains(first.id());
        assertThat(aliases(first, second)).isEqualTo(Map.of(first.id(), List.of("champion", "latest-good")));
        assertThat(point(champion, second)).contains(first.id());
        assertThat(aliases(first, second))
                .isEqualTo(Map.of(first.id(), List.of("latest-good"), second.id(), List.of("champion")));
        assertThat(store().<Boolean>change(first.id(), row -> row.removeAlias(champion)))
                .isFalse();
        store().change(second.id(), row -> {
            row.remove();
            return row;
        });
        assertThat(point(champion, first)).isEmpty();
        assertThat(store().<Boolean>change(first.id(), row -> row.removeAlias(champion)))
                .isTrue();
        assertThat(aliases(first, second)).isEqualTo(Map.of(first.id(), List.of("latest-good")));
    }

    @Test
    void anImportThatIsAskedForAgainIsUntakenAndTellsItsEventsAgain() {
        Model model = insert("iris", "0.0.1");
        store().change(model.id(), row -> {
            row.take();
            row.save(model.failed("no"));
            return row;
        });

        store().change(model.id(), row -> {
            row.askAgain(model.askedAgain(model.spec()));
            row.record(ImportEvents.started(model.id(), Models.NOON.plusSeconds(1)));
            return row;
        });

        assertThat(store().find(model.id())).contains(model);
        assertThat(store().untakenSince(Models.NOON.plusSeconds(1), null, 100_000))
                .contains(model);
        assertThat(started(model)).isEqualTo(2);
    }

    /** How often the event of a started import of the model is kept. */
    protected abstract long started(Model model);

    private Optional<ModelId> point(ModelAlias alias, Model model) {
        return store().change(model.id(), row -> {
            assertThat(row.namedBy(project, alias)).isEmpty();
            return row.moveAlias(alias);
        });
    }

    private Map<ModelId, List<String>> aliases(Model... models) {
        return store().aliases(Stream.of(models).map(Model::id).toList());
    }

    private Model insert(String name, String version) {
        Model model = Models.asked(project, name, version);
        return store().change(model.id(), row -> {
            assertThat(row.model()).isEmpty();
            row.insert(model);
            row.record(ImportEvents.started(model.id(), Models.NOON));
            assertThat(row.namedBy()).isEmpty();
            return model;
        });
    }

    private void save(Model model) {
        store().change(model.id(), row -> {
            row.save(model);
            return row;
        });
    }

    private List<String> names(ModelQuery query) {
        return store().list(project, query).models().stream()
                .map(model -> model.spec().name())
                .toList();
    }

    private static ModelQuery all() {
        return new ModelQuery(null, false, null, null, null, null, null, SortBy.CREATED_AT, false, 0, 1000);
    }

    private static ModelQuery query(String name, boolean exact) {
        return new ModelQuery(name, exact, null, null, null, null, null, SortBy.CREATED_AT, false, 0, 1000);
    }
}
