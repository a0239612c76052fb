package dev.slipway.adapters.local;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.retention.InUse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Models that {@link ModelFolders} unpacked. Each start of an instance gives its model's folder a new time. A model is kept while it is
 * deployed or may be on trial, if an instance was started from it since the folders were listed, or if the folder of such an instance
 * exists. The next deployment unpacks it again.
 */
final class UnpackedModels extends SharedFolders {

    private static final Duration LONGEST_UNPACKING = Duration.ofHours(1);

    private final Path instances;

    UnpackedModels(Path folder, Path instances, Clock clock) {
        super("model", folder, LONGEST_UNPACKING, clock);
        this.instances = instances;
    }

    @Override
    public String name() {
        return "models";
    }

    @Override
    boolean isComplete(InstanceFolder files) {
        return !files.name().startsWith(ASIDE);
    }

    @Override
    Predicate<Shared> needed(InUse inUse) {
        Set<String> named = inUse.deployed().stream().map(ImageDigest::hex).collect(Collectors.toSet());
        List<InstanceFolder> started = LocalInstances.list(instances);
        return each -> named.contains(each.files().name())
                || inUse.mayBeOfAnImport(each.used())
                || started.stream()
                        .anyMatch(instance -> instance.isOfModelIn(each.files().path()));
    }
}
