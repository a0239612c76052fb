package dev.slipway.testing.model;

import dev.slipway.domain.access.Caller;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelApi;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelSource;
import dev.slipway.domain.model.ModelSpec;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.model.TrialSpec;
import dev.slipway.domain.storage.ObjectUri;
import java.time.Instant;
import java.util.List;

/** Makers of valid models. */
public final class Models {

    public static final ProjectId PROJECT = new ProjectId("0123456789abcdef0123456789abcdef");
    public static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    private Models() {}

    public static Caller caller() {
        return new Caller(PROJECT, "default", "user-1", "alice", "tenant-1", "acme", "request-1");
    }

    public static ModelSpec spec(String name, String version) {
        return new ModelSpec(
                name,
                version,
                ModelType.CUSTOM,
                new ModelSource.PackageFolder(new ObjectUri("models", name + "/")),
                null,
                null,
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                TrialSpec.USUAL,
                "{\"model_name\":\"%s\",\"model_version\":\"%s\"}".formatted(name, version));
    }

    /** A model that is being imported. */
    public static Model asked(String name, String version) {
        return asked(PROJECT, name, version);
    }

    public static Model asked(ProjectId project, String name, String version) {
        return Model.asked(ModelId.random(), project, "tenant-1", "user-1", spec(name, version), NOON);
    }

    /** The same of this specification. */
    public static Model asked(ModelSpec spec) {
        return Model.asked(ModelId.random(), PROJECT, "tenant-1", "user-1", spec, NOON);
    }

    public static ModelConfig config() {
        return new ModelConfig(
                "{\"model_algorithm\":\"test\",\"model_type\":\"Custom\"}",
                "test",
                ModelType.CUSTOM,
                null,
                null,
                List.of(),
                List.of(new ModelApi("/", "POST", "http", "application/json", null, "application/json", null, false)));
    }
}
