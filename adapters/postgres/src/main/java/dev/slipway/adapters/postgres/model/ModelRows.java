package dev.slipway.adapters.postgres.model;

import dev.slipway.adapters.postgres.PostgresJson;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.environment.Environment;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelSpec;
import dev.slipway.domain.model.ModelStatus;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Reads rows of models, also for other transactions that lock them. */
public final class ModelRows {

    private ModelRows() {}

    public static Model model(ResultSet row, int number) throws SQLException {
        String config = row.getString("config");
        String image = row.getString("image");
        String environment = row.getString("environment");
        return new Model(
                new ModelId(row.getString("id")),
                new ProjectId(row.getString("project")),
                row.getString("tenant"),
                row.getString("owner"),
                PostgresJson.read(row.getString("spec"), ModelSpec.class),
                ModelStatus.valueOf(row.getString("status")),
                config == null ? null : PostgresJson.read(config, ModelConfig.class),
                row.getLong("size"),
                image == null ? null : new ImageDigest(image),
                row.getString("error"),
                row.getString("interpreter"),
                environment == null ? null : PostgresJson.read(environment, Environment.class),
                row.getString("pushed"),
                row.getTimestamp("created_at").toInstant());
    }
}
