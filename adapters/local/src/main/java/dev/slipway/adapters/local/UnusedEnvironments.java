package dev.slipway.adapters.local;

import dev.slipway.domain.retention.InUse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Environments that {@link LocalEnvironments} built. Each use gives its folder a new time. One is kept while a model has it, while the folder
 * of an instance that was started in it exists, and while it may be of an import that has not written it yet.
 */
final class UnusedEnvironments extends SharedFolders {

    private static final Duration LONGEST_BUILD = Duration.ofHours(2);

    private final Path instances;

    UnusedEnvironments(Path folder, Path instances, Clock clock) {
        super("environment", folder, LONGEST_BUILD, clock);
        this.instances = instances;
    }

    @Override
    public String name() {
        return "environments";
    }

    @Override
    boolean isComplete(InstanceFolder files) {
        return new EnvironmentFolder(files.path()).isBuilt();
    }

    @Override
    Predicate<Shared> needed(InUse inUse) {
        Set<String> named =
                inUse.environments().stream().map(EnvironmentFolder::hex).collect(Collectors.toSet());
        Set<String> started = LocalInstances.list(instances).stream()
                .map(InstanceFolder::environmentDigest)
                .collect(Collectors.toSet());
        return each -> named.contains(each.files().name())
                || started.contains("sha256:" + each.files().name())
                || inUse.mayBeOfAnImport(each.used());
    }
}
