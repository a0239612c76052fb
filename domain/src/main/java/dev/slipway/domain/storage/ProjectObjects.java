package dev.slipway.domain.storage;

import dev.slipway.domain.access.Project;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotAllowed;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Which objects a project may name. A project with a grant may name what lies in it; one without a grant may name everything that is granted
 * to no other. So without any grant everything belongs to everybody. Safe for use by many threads.
 */
public final class ProjectObjects {

    private final List<ObjectGrant> grants;
    private final Supplier<List<Project>> projects;
    private final Map<ProjectId, Project> known = new ConcurrentHashMap<>();

    /**
     * @param grants at most one for each project
     * @param projects all that there are; asked when a project is seen for the first time
     */
    public ProjectObjects(List<ObjectGrant> grants, Supplier<List<Project>> projects) {
        this.grants = List.copyOf(grants);
        this.projects = projects;
    }

    /** Without any grant. */
    public static ProjectObjects ofEverybody() {
        return new ProjectObjects(List.of(), List::of);
    }

    /** Whether there are objects that not every project may name. */
    public boolean isDivided() {
        return !grants.isEmpty();
    }

    /**
     * Checks the address of an object, or of a folder that is read or written as a whole.
     *
     * @throws NotAllowed NOT_AUTHORISED if the project may not name it, with the rule
     */
    public void failIfNotOf(ProjectId project, ObjectUri uri) {
        if (!isDivided()) {
            return;
        }
        Optional<Project> owner = named(project);
        Optional<ObjectGrant> own = owner.flatMap(this::grantOf);
        if (own.isPresent()) {
            if (!own.get().includes(uri)) {
                throw refused(
                        uri,
                        own.get(),
                        "project '%s' may use %s only"
                                .formatted(own.get().project(), own.get().shown()));
            }
            return;
        }
        for (ObjectGrant other : grants) {
            if (other.touches(uri)) {
                throw refused(uri, other, "it belongs to project '%s' alone".formatted(other.project()));
            }
        }
    }

    private Optional<ObjectGrant> grantOf(Project project) {
        return grants.stream()
                .filter(grant -> grant.project().equals(project.name())
                        && grant.account().equals(project.account().name()))
                .findFirst();
    }

    private Optional<Project> named(ProjectId id) {
        Project project = known.get(id);
        if (project == null) {
            projects.get().forEach(each -> known.put(each.id(), each));
            project = known.get(id);
        }
        return Optional.ofNullable(project);
    }

    private static NotAllowed refused(ObjectUri uri, ObjectGrant rule, String why) {
        return new NotAllowed(
                ErrorCode.NOT_AUTHORISED,
                "'%s': %s, by the rule 'objects' of project '%s' of account '%s' in slipway.yml: name an object of your project, or ask the operator to change the rule"
                        .formatted(uri, why, rule.project(), rule.account()));
    }
}
