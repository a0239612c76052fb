package dev.slipway.adapters.local;

import dev.slipway.domain.environment.BuildEvents;
import dev.slipway.domain.environment.Environment;
import dev.slipway.domain.environment.EnvironmentDigest;
import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.environment.Wheels;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.problem.Unavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** What has to be installed for a spec on this machine, and how. */
final class EnvironmentBuild {

    private static final int MOST_METADATA = 1 << 20;
    private static final Pattern ADDRESS = Pattern.compile("^Requires-Dist:[^;]*@");
    private static final Set<PosixFilePermission> READ =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);
    private static final Set<PosixFilePermission> ENTER = EnumSet.of(
            PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.OTHERS_EXECUTE);

    private final EnvironmentSpec spec;
    private final HostPython python;
    private final PipSettings settings;
    private final Path script;
    private final boolean prefersInstalled;
    private final List<String> packages = new ArrayList<>();
    private final List<String> constraints = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /** @param script of the runtime that runs pip */
    EnvironmentBuild(EnvironmentSpec spec, HostPython python, PipSettings settings, Path script) {
        this.spec = spec;
        this.script = script;
        this.python = python;
        this.settings = settings;
        this.prefersInstalled = settings.preferInstalled().contains(spec.engine());
        Set<String> installed = prefersInstalled ? python.installed().keySet() : Set.of();
        for (String each : spec.packages()) {
            String version = python.installed().get(HostPython.nameOf(each));
            if (!installed.contains(HostPython.nameOf(each))) {
                packages.add(each);
            } else if (version != null && !each.contains("==" + version)) {
                warnings.add("package '%s' is taken as it is installed for '%s', version %s; tested is '%s'"
                        .formatted(HostPython.nameOf(each), python.executable(), version, each));
            }
        }
        spec.constraints().stream()
                .filter(each -> !installed.contains(HostPython.nameOf(each)))
                .forEach(constraints::add);
    }

    /** Nothing has to be installed: the interpreter itself will do. */
    boolean isEmpty() {
        return packages.isEmpty() && spec.dependencies().isEmpty();
    }

    List<String> warnings() {
        return warnings.stream().distinct().toList();
    }

    /** With all that decides about the result. */
    EnvironmentDigest digest() {
        List<String> machine = new ArrayList<>(List.of(python.real(), python.version(), python.platform()));
        if (prefersInstalled) {
            machine.add(python.executable());
            python.installed().forEach((name, version) -> machine.add(name + "==" + version));
        }
        return spec.digest(machine);
    }

    /** The interpreter itself as the environment. */
    Environment bare() {
        return new Environment(digest(), spec, python.executable(), python.version(), List.of(), List.of());
    }

    /**
     * Builds it in that folder.
     *
     * @throws Invalid if pip refuses it; {@link Unavailable} if it cannot be had now
     */
    Environment into(EnvironmentFolder folder, Wheels wheels, BuildEvents events)
            throws IOException, InterruptedException {
        String pip = python.pip();
        if (pip == null) {
            throw new Unavailable(
                    ErrorCode.UNAVAILABLE,
                    "'%s' has no pip of version 22.3 or newer to install %s with: install it, for example by 'apt-get install python3-pip', or name another interpreter in slipway.yml: engines.%s.python"
                            .formatted(python.executable(), asked(), spec.engine()));
        }
        PipRun run = new PipRun(settings, events);
        Path scratch = Files.createTempDirectory(folder.path().getParent(), ".build-");
        try {
            copy(wheels, scratch);
            List<String> held = new ArrayList<>(constraints);
            held.addAll(spec.preferences());
            folder.begin(python, prefersInstalled);
            PipFailure failure = install(run, pip, folder, scratch, held);
            if (failure != null && !failure.isOutage() && !spec.preferences().isEmpty()) {
                events.printed("without the preference for " + String.join(", ", spec.preferences()));
                folder.begin(python, prefersInstalled);
                failure = install(run, pip, folder, scratch, constraints);
                if (failure == null) {
                    warnings.add(
                            "not all of %s could be had, so later versions were taken, which may answer differently: write EXACT versions that you have tested"
                                    .formatted(spec.preferences()));
                }
            }
            if (failure != null) {
                folder.delete();
                throw refusal(failure);
            }
            letAllRead(folder.path());
            Environment built = new Environment(
                    digest(),
                    spec,
                    folder.interpreter().toString(),
                    python.version(),
                    folder.installed(python),
                    prefersInstalled ? python.folders() : List.of());
            List<String> log = new ArrayList<>(run.lines());
            warnings().forEach(each -> log.add(LocalEnvironments.WARNING + each));
            folder.finish(built, log);
            return built;
        } finally {
            new InstanceFolder(scratch).delete();
        }
    }

    private @Nullable PipFailure install(
            PipRun run, String pip, EnvironmentFolder folder, Path scratch, List<String> held)
            throws IOException, InterruptedException {
        Path constraintFile = scratch.resolve("constraints.txt");
        Files.write(constraintFile, held, StandardCharsets.UTF_8);
        List<String> words = new ArrayList<>(List.of(
                python.real(), "-I", "-S", script.toString(), pip, folder.path().toString()));
        words.addAll(prefersInstalled ? python.folders() : List.of());
        words.addAll(List.of(
                "--",
                "install",
                "--no-input",
                "--disable-pip-version-check",
                "--no-cache-dir",
                "--no-warn-script-location",
                "--progress-bar=off",
                "--only-binary=:all:",
                "--retries=2",
                "--timeout=20",
                "--constraint",
                constraintFile.toString(),
                "--find-links",
                scratch.resolve("wheels").toString(),
                "--"));
        words.addAll(packages);
        for (String each : spec.dependencies()) {
            words.add(
                    each.endsWith(".whl")
                            ? scratch.resolve("wheels").resolve(each).toString()
                            : each);
        }
        int before = run.lines().size();
        Integer code = run.run(words, scratch);
        if (code == null) {
            return new PipFailure(
                    "pip did not end within %d minutes ('build.limit' in slipway.yml)"
                            .formatted(settings.limit().toMinutes()),
                    false);
        }
        List<String> printed = run.lines().subList(before, run.lines().size());
        return code == 0
                ? null
                : PipFailure.of(printed, "Python %s on %s".formatted(python.version(), python.platform()));
    }

    private Problem refusal(PipFailure failure) {
        String reason = failure.reason();
        if (failure.isOutage()) {
            return new Unavailable(
                    ErrorCode.UNAVAILABLE, "the packages %s can't be installed now: %s".formatted(asked(), reason));
        }
        return new Invalid(ErrorCode.CONFIG_VIOLATES_SPECIFICATION, "dependencies", reason);
    }

    /** For people: what the model asks for, else what its engine needs. */
    private String asked() {
        return (spec.dependencies().isEmpty() ? spec.packages() : spec.dependencies())
                .stream().map("'%s'"::formatted).collect(Collectors.joining(", "));
    }

    /** The wheels of the package into a folder where pip looks. */
    private void copy(Wheels wheels, Path scratch) throws IOException {
        Path folder = Files.createDirectory(scratch.resolve("wheels"));
        for (Map.Entry<String, String> each : new TreeMap<>(spec.wheels()).entrySet()) {
            String name = each.getKey();
            if (name.contains("/") || !name.endsWith(".whl")) {
                throw new IllegalArgumentException(
                        "wheel '%s': expected a file name that ends in .whl".formatted(name));
            }
            Path wheel = folder.resolve(name);
            MessageDigest digest = sha256();
            try (InputStream in = new DigestInputStream(wheels.open(name), digest);
                    OutputStream out = Files.newOutputStream(wheel)) {
                in.transferTo(out);
            }
            if (!HexFormat.of().formatHex(digest.digest()).equals(each.getValue())) {
                throw new IOException("wheel '%s' has changed since it was looked at".formatted(name));
            }
            failIfItLeadsElsewhere(name, wheel);
        }
    }

    /** A wheel may name an address to install from, which pip would ask whatever the settings say. */
    private static void failIfItLeadsElsewhere(String name, Path wheel) throws IOException {
        try (ZipFile zip = new ZipFile(wheel.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (entry.getName().matches("[^/]*[.]dist-info/METADATA")) {
                    try (InputStream in = zip.getInputStream(entry)) {
                        String found = new String(in.readNBytes(MOST_METADATA), StandardCharsets.UTF_8);
                        Optional<String> address = found.lines()
                                .filter(line -> ADDRESS.matcher(line).find())
                                .findFirst();
                        if (address.isPresent()) {
                            throw new Invalid(
                                    ErrorCode.CONFIG_VIOLATES_SPECIFICATION,
                                    "dependencies",
                                    "wheel '%s' needs something by its address (%s), expected names only: put it into the package as a wheel of its own"
                                            .formatted(name, address.get().strip()));
                        }
                    }
                }
            }
        } catch (ZipException damaged) {
            throw new Invalid(
                    ErrorCode.CONFIG_VIOLATES_SPECIFICATION,
                    "dependencies",
                    "wheel '%s' can't be read (%s): upload it again".formatted(name, damaged.getMessage()));
        }
    }

    private static void letAllRead(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                if (!Files.isSymbolicLink(path)) {
                    Set<PosixFilePermission> modes = new HashSet<>(Files.getPosixFilePermissions(path));
                    modes.addAll(READ);
                    if (Files.isDirectory(path) || modes.contains(PosixFilePermission.OWNER_EXECUTE)) {
                        modes.addAll(ENTER);
                    }
                    Files.setPosixFilePermissions(path, modes);
                }
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
