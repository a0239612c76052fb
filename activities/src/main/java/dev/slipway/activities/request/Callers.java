package dev.slipway.activities.request;

import dev.slipway.domain.access.AccountStore;
import dev.slipway.domain.access.Caller;
import dev.slipway.domain.access.Project;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.event.Origin;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The caller of a request workflow. Its user is always {@value #USER}, because anybody who may start workflows may act in every project.
 */
final class Callers {

    /** Owner of what request workflows create. */
    static final String USER = "temporal";

    private final AccountStore accounts;

    Callers(AccountStore accounts) {
        this.accounts = accounts;
    }

    /**
     * The caller in the project with that id or name; in the only project if none is named.
     *
     * @param request what stands for the id of the request
     * @throws Invalid PARAMETER if there is no such project, or more than one
     */
    Caller in(@Nullable String idOrName, String request) {
        List<Project> all = accounts.projects();
        List<Project> meant =
                all.stream().filter(project -> isNamed(project, idOrName)).toList();
        if (meant.size() == 1) {
            Project project = meant.getFirst();
            return new Caller(
                    project.id(),
                    project.name(),
                    USER,
                    USER,
                    project.account().id(),
                    project.account().name(),
                    request);
        }
        throw new Invalid(
                ErrorCode.PARAMETER,
                "project",
                "request body: 'project': expected id or name of one project of %s, found %s"
                        .formatted(names(all), found(idOrName, meant)));
    }

    /**
     * The id of the account of such a request, which may be refused: that of the project, or the only one that there is; empty if it is not
     * known.
     */
    Optional<String> accountOf(@Nullable String idOrName) {
        List<Project> all = accounts.projects();
        List<Project> named =
                all.stream().filter(project -> isNamed(project, idOrName)).toList();
        List<String> ids = (named.isEmpty() ? all : named)
                .stream().map(project -> project.account().id()).distinct().toList();
        return ids.size() == 1 ? Optional.of(ids.getFirst()) : Optional.empty();
    }

    /** Who gives a command on what a request has started in the project. */
    Origin origin(ProjectId project, String request) {
        String name = accounts.projects().stream()
                .filter(known -> known.id().equals(project))
                .map(Project::name)
                .findFirst()
                .orElse(project.value());
        return new Origin(USER, name, request);
    }

    private static boolean isNamed(Project project, @Nullable String idOrName) {
        return idOrName == null
                || project.id().value().equals(idOrName)
                || project.name().equals(idOrName);
    }

    private static String found(@Nullable String idOrName, List<Project> meant) {
        if (idOrName == null) {
            return "none, name one";
        }
        return meant.isEmpty()
                ? "'%s'".formatted(idOrName)
                : "'%s', the name of %d of them, take the id".formatted(idOrName, meant.size());
    }

    private static String names(List<Project> all) {
        return all.stream()
                .map(project -> "%s (%s)".formatted(project.name(), project.id()))
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
