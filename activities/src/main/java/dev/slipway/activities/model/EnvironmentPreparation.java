package dev.slipway.activities.model;

import dev.slipway.activities.waiting.StepHeartbeat;
import dev.slipway.domain.environment.BuildEvents;
import dev.slipway.domain.environment.Environment;
import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.environment.Environments;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.model.Dependencies;
import dev.slipway.domain.model.Dependency;
import dev.slipway.domain.model.Engines;
import dev.slipway.domain.model.ImportEvents;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Prepares what the instances of a model run in, tells of it in events, and keeps the log. */
final class EnvironmentPreparation {

    private static final String WHEEL = ".whl";
    private static final int MOST_TOLD = 60;

    private final ModelStore models;
    private final EventStore events;
    private final Environments environments;
    private final Clock clock;

    EnvironmentPreparation(ModelStore models, EventStore events, Environments environments, Clock clock) {
        this.models = models;
        this.events = events;
        this.environments = environments;
        this.clock = clock;
    }

    /**
     * The environment of a model whose package was checked.
     *
     * @throws Invalid if it can never be had
     */
    Environment prepare(Model model, PackageListing listing, ObjectStore objects, StepHeartbeat heartbeat)
            throws InterruptedException {
        EnvironmentSpec runtime = Engines.of(model.spec().type()).environment(model.runtime());
        ModelConfig config = model.config();
        List<Dependency> dependencies = config == null ? List.of() : config.dependencies();
        Map<String, StoredObject> wheels = dependencies.isEmpty() ? Map.of() : wheels(listing);
        Map<String, String> digests = new TreeMap<>();
        wheels.forEach((name, object) -> digests.put(name, digest(open(object, objects), heartbeat)));
        EnvironmentSpec spec = new Dependencies(dependencies).on(runtime, digests);
        Told told = new Told(model, spec, heartbeat);
        try {
            return environments.prepare(
                    spec, name -> open(Objects.requireNonNull(wheels.get(name), name), objects), told);
        } finally {
            told.keepLog();
        }
    }

    /** Beside config.json, where the guide wants them. */
    private static Map<String, StoredObject> wheels(PackageListing listing) {
        return listing.files().stream()
                .filter(file -> listing.pathOf(file).endsWith(WHEEL)
                        && !listing.pathOf(file).contains("/"))
                .collect(Collectors.toMap(listing::pathOf, file -> file));
    }

    private static InputStream open(StoredObject wheel, ObjectStore objects) {
        try {
            return objects.openVersion(wheel, 0)
                    .orElseThrow(() -> new IOException("'%s' has changed since it was listed".formatted(wheel.uri())));
        } catch (IOException failure) {
            throw new UncheckedIOException("'%s' cannot be read".formatted(wheel.uri()), failure);
        }
    }

    private static String digest(InputStream wheel, StepHeartbeat heartbeat) {
        try (DigestInputStream in = new DigestInputStream(wheel, MessageDigest.getInstance("SHA-256"))) {
            byte[] piece = new byte[1 << 16];
            while (in.read(piece) >= 0) {
                heartbeat.failIfCancelled();
            }
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (IOException failure) {
            throw new UncheckedIOException("a wheel of the package cannot be read", failure);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String words(Environment environment) {
        List<String> packages = environment.packages();
        String shown = packages.stream()
                .limit(MOST_TOLD)
                .map(each -> each.replace("==", " "))
                .collect(Collectors.joining(", "));
        return packages.isEmpty()
                ? environment.words()
                : "Python %s with %s%s"
                        .formatted(
                                environment.version(),
                                shown,
                                packages.size() > MOST_TOLD
                                        ? " and %d more".formatted(packages.size() - MOST_TOLD)
                                        : "");
    }

    /** What happens, as events of the model. Nothing is told of an interpreter that is taken as it is. */
    private final class Told implements BuildEvents {

        private static final int LONGEST_LOG = 1 << 20;

        private final Model model;
        private final EnvironmentSpec spec;
        private final StepHeartbeat heartbeat;
        private final StringBuilder log = new StringBuilder();

        Told(Model model, EnvironmentSpec spec, StepHeartbeat heartbeat) {
            this.model = model;
            this.spec = spec;
            this.heartbeat = heartbeat;
        }

        @Override
        public void begun(EnvironmentSpec sameSpec) {
            if (!spec.isBare()) {
                events.record(ImportEvents.environmentStarted(model.id(), clock.instant()));
            }
        }

        @Override
        public void reused(Environment environment) {
            if (!spec.isBare()) {
                events.record(ImportEvents.environmentCached(model.id(), words(environment), clock.instant()));
            }
        }

        @Override
        public void built(Environment environment) {
            if (!spec.isBare()) {
                events.record(ImportEvents.environmentBuilt(model.id(), words(environment), clock.instant()));
            }
        }

        @Override
        public void warned(String text) {
            events.record(ImportEvents.oddEnvironment(model.id(), text, clock.instant()));
        }

        @Override
        public void printed(String line) {
            heartbeat.failIfCancelled();
            if (log.length() + line.length() < LONGEST_LOG) {
                log.append(line).append('\n');
            }
        }

        @Override
        public void goesOn() {
            heartbeat.failIfCancelled();
        }

        void keepLog() {
            if (!spec.isBare() && !log.isEmpty()) {
                models.keepBuildLog(model.id(), log.toString());
            }
        }
    }
}
