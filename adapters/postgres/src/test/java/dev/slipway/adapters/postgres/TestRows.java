package dev.slipway.adapters.postgres;

import dev.slipway.domain.service.ServiceId;

/** TestRows that others refer to. */
public final class TestRows {

    private TestRows() {}

    /** A new row of a service. */
    public static ServiceId service(Database database) {
        ServiceId id = ServiceId.random();
        database.inTransaction(() -> {
            database.jdbc().sql("""
                            INSERT INTO service (id, project, tenant, owner, name, infer_type, workspace_id, priority,
                                extras, state, generation, taken, observed, serving, wanted, asked_config,
                                published_at, transitioned_at, updated_at, asked_at)
                            VALUES ('%1$s', '%2$s', 't', 'o', '%1$s', 'BATCH', '0', 2, '{}', 'DEPLOYING', 1, 1, 0, 0,
                                'RUNNING', '{}', now(), now(), now(), now())""".formatted(id, "0".repeat(32))).update();
        });
        return id;
    }
}
