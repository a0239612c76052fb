package dev.slipway.formats.access;

import dev.slipway.formats.wire.WireRecord;
import java.util.List;

/** Projects of the token's account. */
@WireRecord
public record ProjectList(List<ProjectShown> projects, Links links) {
    public ProjectList {
        projects = List.copyOf(projects);
    }

    /** A project. */
    @WireRecord
    public record ProjectShown(
            String id,
            String name,
            String domainId,
            String parentId,
            boolean isDomain,
            boolean enabled,
            String description,
            Links links) {}
}
