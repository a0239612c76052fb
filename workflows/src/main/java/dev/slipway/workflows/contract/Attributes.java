package dev.slipway.workflows.contract;

import io.temporal.common.SearchAttributeKey;
import java.time.OffsetDateTime;
import java.util.List;

/**
 * The search attributes of all workflows. They are registered and checked before a worker starts: an unknown one makes a workflow
 * task fail for ever. No secrets and no user data go here.
 */
public final class Attributes {

    /** What it is: service, rollout, model, batch. */
    public static final SearchAttributeKey<String> KIND = SearchAttributeKey.forKeyword("SlipwayKind");
    /** Id of the domain (account). */
    public static final SearchAttributeKey<String> TENANT = SearchAttributeKey.forKeyword("SlipwayTenant");
    /** The status as clients read it. */
    public static final SearchAttributeKey<String> STATUS = SearchAttributeKey.forKeyword("SlipwayStatus");
    /** Id of the service, model or task. */
    public static final SearchAttributeKey<String> RESOURCE = SearchAttributeKey.forKeyword("SlipwayResource");

    /** Name of the service, or name and version of the model. */
    public static final SearchAttributeKey<String> NAME = SearchAttributeKey.forKeyword("SlipwayName");

    public static final SearchAttributeKey<Long> GENERATION = SearchAttributeKey.forLong("SlipwayGeneration");
    public static final SearchAttributeKey<OffsetDateTime> AUTO_STOP_AT =
            SearchAttributeKey.forOffsetDateTime("SlipwayAutoStopAt");

    /** All of them, to be registered in the namespace. */
    public static final List<SearchAttributeKey<?>> ALL =
            List.of(KIND, TENANT, STATUS, RESOURCE, NAME, GENERATION, AUTO_STOP_AT);

    private Attributes() {}
}
