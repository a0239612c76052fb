package dev.slipway.testing.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.access.Account;
import dev.slipway.domain.access.Project;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.model.ModelCommands;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NotAllowed;
import dev.slipway.domain.storage.ObjectGrant;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.storage.ProjectObjects;
import dev.slipway.testing.model.InMemoryModelStore;
import dev.slipway.testing.model.Models;
import dev.slipway.testing.service.Services;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProjectObjectsTests {

    private static final String HOST = "obs.local";
    private static final Account ACME = new Account("1", "acme");
    private static final Project ONE = new Project(new ProjectId("1".repeat(32)), "one", ACME);
    private static final Project TWO = new Project(new ProjectId("2".repeat(32)), "two", ACME);
    private static final Project FREE = new Project(new ProjectId("3".repeat(32)), "free", ACME);
    private static final Project NAMESAKE =
            new Project(new ProjectId("4".repeat(32)), "one", new Account("2", "other"));

    private final ProjectObjects objects = new ProjectObjects(
            List.of(grant("one", "shared/a/b", "own"), grant("two", "shared/c")),
            () -> List.of(ONE, TWO, FREE, NAMESAKE));

    private static ObjectGrant grant(String project, String... folders) {
        return new ObjectGrant(
                "acme", project, Stream.of(folders).map(ObjectGrant::folder).toList());
    }

    private boolean isOf(Project project, String address) {
        try {
            objects.failIfNotOf(project.id(), ObjectUri.parse(address, HOST));
            return true;
        } catch (NotAllowed refused) {
            assertThat(refused.code()).isEqualTo(ErrorCode.NOT_AUTHORISED);
            assertThat(refused)
                    .hasMessageContaining("the rule 'objects' of project")
                    .hasMessageContaining("slipway.yml");
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "obs://shared/a/b",
                "obs://shared/a/b/",
                "obs://shared/a/b/c.json",
                "s3://shared/a/b/%2e%2e/x",
                "/shared/a/b//x",
                "https://shared.obs.local/a/b/x",
                "https://shared.obs.local/a%2Fb/x",
                "obs://own",
                "obs://own/any/thing"
            })
    void aProjectMayNameWhatItIsGranted(String address) {
        assertThat(isOf(ONE, address)).isTrue();
        assertThat(isOf(TWO, address)).isFalse();
        assertThat(isOf(FREE, address)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "obs://shared/a/bc",
                "obs://shared/a/bc/x",
                "obs://shared/a",
                "obs://shared/a/",
                "obs://shared",
                "obs://shared/",
                "obs://shared/a//b/x",
                "obs://shared/A/B/x",
                "obs://shared/a%2Fb/x",
                "obs://shared/c/x",
                "https://shared.obs.local/a/bc/x",
                "https://shared.obs.local/c/x",
                "obs://owner/x",
                "obs://elsewhere/x"
            })
    void andNothingElse(String address) {
        assertThat(isOf(ONE, address)).isFalse();
    }

    /** No form of an address leads out of a folder. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "obs://shared/a/b/../../c/x",
                "obs://shared/a/b/./x",
                "https://shared.obs.local/a/b/%2e%2e/%2E%2E/c/x",
                "https://shared.obs.local/a/b/..%2F..%2Fc/x",
                "//shared/c/x",
                "obs:///shared/c"
            })
    void anAddressWithDotsIsNone(String address) {
        assertThatExceptionOfType(Invalid.class).isThrownBy(() -> ObjectUri.parse(address, HOST));
    }

    @Test
    void whoHasNoRuleMayNameWhatNobodyElseHas() {
        assertThat(isOf(FREE, "obs://shared/d/x")).isTrue();
        assertThat(isOf(FREE, "obs://elsewhere")).isTrue();
        assertThat(isOf(NAMESAKE, "obs://elsewhere/x")).isTrue();
        assertThat(isOf(NAMESAKE, "obs://own/x")).isFalse();
        // A folder above that of another would be read with it.
        assertThat(isOf(FREE, "obs://shared/")).isFalse();
        assertThat(isOf(FREE, "obs://shared/a/")).isFalse();
    }

    @Test
    void withoutRulesEverythingIsEverybodys() {
        ProjectObjects.ofEverybody().failIfNotOf(ONE.id(), new ObjectUri("any", "thing"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "a", "bucket//x", "bucket/../x", "bucket/./x", "obs://bucket/x", "/bucket/x", "Bucket"})
    void aRuleIsABucketOrAPrefix(String text) {
        assertThatExceptionOfType(Invalid.class).isThrownBy(() -> ObjectGrant.folder(text));
    }

    @Test
    void aModelOfAnotherProjectsPackageIsNotAccepted() {
        ProjectObjects strict = new ProjectObjects(
                List.of(new ObjectGrant(ACME.name(), "two", List.of(new ObjectUri("models", "")))),
                () -> List.of(new Project(Models.PROJECT, "one", ACME), TWO));
        InMemoryModelStore models = new InMemoryModelStore();
        ModelCommands commands = new ModelCommands(models, Services.pools(), model -> {}, strict, Clock.systemUTC());

        assertThatExceptionOfType(NotAllowed.class)
                .isThrownBy(() -> commands.withoutWakes().create(Models.caller(), Models.spec("iris", "0.0.1")))
                .withMessageContaining("it belongs to project 'two' alone");
        new ModelCommands(models, Services.pools(), model -> {}, Clock.systemUTC())
                .create(Models.caller(), Models.spec("iris", "0.0.1"));
    }
}
