package dev.slipway.adapters.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.domain.environment.BuildEvents;
import dev.slipway.domain.environment.Environment;
import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.environment.Environments;
import dev.slipway.domain.environment.Wheels;
import dev.slipway.domain.model.Engines;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.retention.DiskArea;
import dev.slipway.domain.retention.InUse;
import dev.slipway.runtime.PythonRuntime;
import dev.slipway.testing.environment.EnvironmentsContract;
import dev.slipway.testing.environment.TinyWheels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of packages that a real pip installs from an index in a folder. */
class BuiltEnvironmentsTests extends EnvironmentsContract {

    private static final List<String> NONE = List.of();

    @TempDir
    private Path folder;

    private TinyWheels index;
    private LocalEnvironments environments;
    private final List<String> printed = new ArrayList<>();
    private final List<String> warned = new ArrayList<>();
    private final BuildEvents events = new BuildEvents() {
        @Override
        public void reused(Environment environment) {
            printed.add("reused");
        }

        @Override
        public void begun(EnvironmentSpec spec) {
            printed.add("begun");
        }

        @Override
        public void printed(String line) {
            printed.add(line);
        }

        @Override
        public void built(Environment environment) {
            printed.add("built");
        }

        @Override
        public void warned(String text) {
            warned.add(text);
        }
    };

    @BeforeEach
    void fillIndex() {
        index = new TinyWheels(folder)
                .with("tiny_base", "1.0")
                .with("tiny_base", "1.5")
                .with("tiny_base", "2.0")
                .with("tiny_needy", "1.0", "tiny_base>=1.0")
                .with("tiny_strict", "1.0", "tiny_base==1.0");
        environments = open(Set.of());
    }

    private LocalEnvironments open(Set<String> preferInstalled) {
        return new LocalEnvironments(settings(index.address(), Duration.ofMinutes(1), preferInstalled), home());
    }

    private Path home() {
        return folder.resolve("data");
    }

    private static LocalSettings settings(String index, Duration limit, Set<String> preferInstalled) {
        return LocalSettings.usual("python3").withPip(new PipSettings(index, List.of(), limit, preferInstalled));
    }

    @Override
    protected Environments environments() {
        return environments;
    }

    @Override
    protected Environments unavailable() {
        return new LocalEnvironments(
                settings("http://127.0.0.1:1/simple", Duration.ofMinutes(1), Set.of()), folder.resolve("other"));
    }

    @Override
    protected EnvironmentSpec possible() {
        return asking("tiny-needy");
    }

    @Override
    protected EnvironmentSpec impossible() {
        return asking(missing());
    }

    @Override
    protected String missing() {
        return "tiny-base==7.0";
    }

    private static EnvironmentSpec asking(String... dependencies) {
        return new EnvironmentSpec("Custom", Engines.PYTHON, NONE, NONE, List.of(dependencies), NONE, Map.of());
    }

    private Environment prepare(EnvironmentSpec spec) throws InterruptedException {
        return environments.prepare(spec, Wheels.NONE, events);
    }

    private static String run(Environment environment, String code) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(environment.interpreter(), "-I", "-c", code)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said.strip();
    }

    @Test
    void hasWhatWasAskedForAndNothingElse() throws IOException, InterruptedException {
        Environment built = prepare(asking("tiny-needy==1.0", "tiny-base<=1.9"));

        assertThat(run(built, "import tiny_needy, tiny_base; print(tiny_needy.VERSION, tiny_base.VERSION)"))
                .isEqualTo("1.0 1.5");
        assertThat(run(built, "import pip")).contains("ModuleNotFoundError");
        assertThat(built.packages()).containsExactly("tiny_base==1.5", "tiny_needy==1.0");
    }

    @Test
    void installsTheEnginesPackagesAndHoldsToItsConstraints() throws InterruptedException {
        Environment built = prepare(new EnvironmentSpec(
                "Custom",
                Engines.PYTHON,
                List.of("tiny-needy==1.0", "tiny-strict==1.0; python_version < \"3\""),
                List.of("tiny-base==1.5"),
                NONE,
                NONE,
                Map.of()));

        assertThat(built.packages()).containsExactly("tiny_base==1.5", "tiny_needy==1.0");
    }

    @Test
    void givesUpAPreferenceOnlyIfNothingElseCanBeHad() throws InterruptedException {
        Environment preferred = prepare(new EnvironmentSpec(
                "Custom", Engines.PYTHON, NONE, NONE, List.of("tiny-base>=1.2"), List.of("tiny-base<2"), Map.of()));
        assertThat(preferred.packages()).containsExactly("tiny_base==1.5");
        assertThat(warned).isEmpty();

        Environment later = prepare(new EnvironmentSpec(
                "Custom", Engines.PYTHON, NONE, NONE, List.of("tiny-base>=1.7"), List.of("tiny-base<2"), Map.of()));
        assertThat(later.packages()).containsExactly("tiny_base==2.0");
        assertThat(warned).singleElement().asString().contains("tiny-base<2", "EXACT");
    }

    @Test
    void takesWhatThePythonHasWhereThatIsPreferred() throws IOException, InterruptedException {
        environments = open(Set.of("Custom"));
        Environment other = prepare(withPackages("pip==0.1; python_version < \"3\"", "pip==0.2"));
        assertThat(other.packages()).isEmpty();
        assertThat(warned)
                .singleElement()
                .asString()
                .startsWith("package 'pip' is taken as it is installed for ")
                .endsWith("; tested is 'pip==0.1; python_version < \"3\"', 'pip==0.2'");

        warned.clear();
        String version = run(other, "import importlib.metadata; print(importlib.metadata.version('pip'))");
        prepare(withPackages("pip==0.1; python_version < \"3\"", "pip==" + version + "; python_version >= \"3\""));
        assertThat(warned).isEmpty();
    }

    private static EnvironmentSpec withPackages(String... packages) {
        return new EnvironmentSpec("Custom", Engines.PYTHON, List.of(packages), NONE, NONE, NONE, Map.of());
    }

    @Test
    void findsTheWheelsOfThePackage() throws IOException, InterruptedException {
        String name = TinyWheels.fileName("tiny_own", "3.1");
        byte[] wheel =
                TinyWheels.wheel("tiny_own", "3.1", Map.of("tiny_own.py", "VERSION = 'own'\n"), List.of("tiny-base"));
        EnvironmentSpec byFile = withWheel(name, wheel, name);
        EnvironmentSpec byName = withWheel(name, wheel, "tiny-own==3.1");

        for (EnvironmentSpec each : List.of(byFile, byName)) {
            Environment built = environments.prepare(each, TinyWheels.only(name, wheel), events);
            assertThat(run(built, "import tiny_own; print(tiny_own.VERSION)")).isEqualTo("own");
            assertThat(built.packages()).containsExactly("tiny_base==2.0", "tiny_own==3.1");
        }
    }

    private static EnvironmentSpec withWheel(String name, byte[] wheel, String dependency) {
        return new EnvironmentSpec(
                "Custom",
                Engines.PYTHON,
                NONE,
                NONE,
                List.of(dependency),
                NONE,
                Map.of(name, TinyWheels.digest(wheel)));
    }

    @Test
    void refusesAWheelThatLeadsElsewhere() {
        String name = TinyWheels.fileName("tiny_own", "3.1");
        byte[] wheel = TinyWheels.wheel("tiny_own", "3.1", Map.of(), List.of("x @ http://127.0.0.1:1/x.tar.gz"));

        assertThatThrownBy(
                        () -> environments.prepare(withWheel(name, wheel, name), TinyWheels.only(name, wheel), events))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("'%s'", name)
                .hasMessageContaining("x @ http://127.0.0.1:1/x.tar.gz");
    }

    @Test
    void runsNothingOfAPackageWhileItIsInstalled() throws IOException, InterruptedException {
        Path proof = folder.resolve("proof");
        String write = "open('%s', 'w')".formatted(proof);
        index.withModule("tiny_evil", "1.0", "import os; " + write + "\n");
        String name = TinyWheels.fileName("tiny_own", "3.1");
        byte[] wheel = TinyWheels.wheel(
                "tiny_own", "3.1", Map.of("tiny_own.pth", "import os; %s%n".formatted(write)), List.of("tiny-evil"));

        Environment built = environments.prepare(withWheel(name, wheel, name), TinyWheels.only(name, wheel), events);

        assertThat(proof).doesNotExist();
        run(built, "pass");
        assertThat(proof).as("the wheel means what it says").exists();
    }

    @Test
    void buildsNoSourcePackage() throws IOException {
        Path page = Files.createDirectories(folder.resolve("simple/tiny-source"));
        Files.writeString(page.resolve("tiny-source-1.0.tar.gz"), "no matter");
        Files.writeString(page.resolve("index.html"), "<a href=\"tiny-source-1.0.tar.gz\">tiny-source-1.0.tar.gz</a>");

        assertThatThrownBy(() -> prepare(asking("tiny-source")))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("package 'tiny-source' has no wheel for Python 3");
    }

    @Test
    void saysWhichVersionsThereAreAndWhatDoesNotGoTogether() {
        assertThatThrownBy(() -> prepare(asking("tiny-base==7.0"))).hasMessageContaining("1.0, 1.5, 2.0");
        assertThatThrownBy(() -> prepare(asking("tiny-strict", "tiny-base>=1.5")))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("these do not go together")
                .hasMessageContaining("tiny-strict 1.0 depends on tiny_base==1.0");
        assertThat(environments.all()).isEmpty();
    }

    @Test
    void prefersTheNewestOfWhatIsNamedFirst() throws InterruptedException {
        index.with("tiny_one", "1.0", "tiny_base")
                .with("tiny_one", "2.0", "tiny_base==1.0")
                .with("tiny_two", "1.0", "tiny_base")
                .with("tiny_two", "2.0", "tiny_base==1.5");

        assertThat(prepare(asking("tiny-one", "tiny-two")).packages())
                .containsExactly("tiny_base==1.0", "tiny_one==2.0", "tiny_two==1.0");
        assertThat(prepare(asking("tiny-two", "tiny-one")).packages())
                .containsExactly("tiny_base==1.5", "tiny_one==1.0", "tiny_two==2.0");
    }

    @Test
    void refusesALaterPackageThatWouldBreakAnEarlierOne() {
        // `pip install tiny-strict; pip install tiny-base==2.0` ends with exit code 0, and tiny-strict does not work.
        assertThatThrownBy(() -> prepare(asking("tiny-strict", "tiny-base==2.0")))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("tiny-base==2.0")
                .hasMessageContaining("tiny-strict 1.0 depends on tiny_base==1.0")
                .hasMessageEndingWith("change or remove one of them");
    }

    @Test
    void downloadsAFileOnceAsLongAsItIsWhole() throws IOException, InterruptedException {
        List<String> downloads = new ArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            byte[] answer;
            if (path.endsWith(".whl")) {
                downloads.add(path.substring(path.lastIndexOf('/') + 1));
                answer = Files.readAllBytes(folder.resolve(path.substring(1)));
            } else {
                exchange.getResponseHeaders().set("Content-Type", "text/html");
                answer = pageOf(folder.resolve(path.substring(1))).getBytes(StandardCharsets.UTF_8);
            }
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        try {
            String address =
                    "http://127.0.0.1:%d/simple".formatted(server.getAddress().getPort());
            environments = new LocalEnvironments(settings(address, Duration.ofMinutes(1), Set.of()), home());

            prepare(asking("tiny-base==1.5"));
            prepare(asking("tiny-needy", "tiny-base==1.5"));
            assertThat(downloads)
                    .containsExactly(TinyWheels.fileName("tiny_base", "1.5"), TinyWheels.fileName("tiny_needy", "1.0"));
            assertThat(printed).contains("  Using tiny_base-1.5-py3-none-any.whl, which was downloaded before");

            try (Stream<Path> kept = Files.list(home().resolve("wheels"))) {
                for (Path each : kept.toList()) {
                    Files.writeString(each, "damaged");
                }
            }
            Environment built = prepare(asking("tiny-base<=1.5"));
            assertThat(run(built, "import tiny_base; print(tiny_base.VERSION)")).isEqualTo("1.5");
            assertThat(downloads).hasSize(3).endsWith(TinyWheels.fileName("tiny_base", "1.5"));

            environments = new LocalEnvironments(
                    LocalSettings.usual("python3")
                            .withPip(new PipSettings(address, List.of(), Duration.ofMinutes(1), Set.of()).withCache(1)),
                    home());
            prepare(asking("tiny-base<1.5"));
            assertThat(home().resolve("wheels")).isEmptyDirectory();
        } finally {
            server.stop(0);
        }
    }

    private static String pageOf(Path wheels) throws IOException {
        StringBuilder page = new StringBuilder("<!DOCTYPE html><html><body>");
        try (Stream<Path> files = Files.list(wheels)) {
            for (Path each :
                    files.filter(file -> file.toString().endsWith(".whl")).toList()) {
                page.append("<a href=\"%1$s#sha256=%2$s\">%1$s</a>%n"
                        .formatted(each.getFileName(), TinyWheels.digest(Files.readAllBytes(each))));
            }
        }
        return page.append("</body></html>").toString();
    }

    @Test
    void findsWhatAnotherProcessHasBuilt() throws InterruptedException {
        Environment first = prepare(possible());
        printed.clear();

        environments = open(Set.of());
        assertThat(prepare(possible())).isEqualTo(first);
        assertThat(printed)
                .endsWith("reused")
                .doesNotContain("begun")
                .anyMatch(line -> line.startsWith("Successfully installed"));
    }

    @Test
    void buildsAnewWhatAnInterruptedBuildLeft() throws IOException, InterruptedException {
        Environment first = prepare(possible());
        Path place = folderOf(first);
        Files.delete(place.resolve("environment.json"));
        Files.delete(place.resolve("lib/" + library(place) + "/site-packages/tiny_needy.py"));

        environments = open(Set.of());
        assertThat(environments.all()).isEmpty();
        assertThat(run(prepare(possible()), "import tiny_needy")).isEmpty();
    }

    private static String library(Path place) throws IOException {
        try (Stream<Path> inside = Files.list(place.resolve("lib"))) {
            return inside.findFirst().orElseThrow().getFileName().toString();
        }
    }

    @Test
    void leavesNothingBehindWhereItsCallerEndsIt() {
        assertThatThrownBy(() -> environments.prepare(possible(), Wheels.NONE, new BuildEvents() {
                    @Override
                    public void reused(Environment environment) {}

                    @Override
                    public void begun(EnvironmentSpec spec) {}

                    @Override
                    public void printed(String line) {
                        throw new CancellationException("no longer wanted");
                    }

                    @Override
                    public void built(Environment environment) {}
                }))
                .isInstanceOf(CancellationException.class);
        assertThat(environments.all()).isEmpty();
        assertThat(home().resolve("environments")).isDirectoryNotContaining("glob:**/.build-*");
    }

    @Test
    void isRemovedOnceNothingNeedsIt() throws IOException, InterruptedException {
        Environment environment = prepare(possible());
        Path place = folderOf(environment);
        DiskArea area = LocalDisk.environments(home(), Clock.systemUTC());
        InUse named = new InUse(Set.of(), Set.of(), null, Set.of(), Set.of(environment.digest()));
        InUse importing = new InUse(Set.of(), Instant.EPOCH, Set.of());
        InUse nothing = new InUse(Set.of(), null, Set.of());

        assertThat(area.use(() -> named).bytes()).isPositive();
        assertThat(area.use(() -> named).unused()).isZero();
        assertThat(area.use(() -> nothing).unused()).isPositive();
        for (InUse used : List.of(named, importing)) {
            assertThat(area.removeUnused(() -> used, 100).things()).isZero();
        }
        InstanceFolder instance = new InstanceFolder(Files.createDirectories(home().resolve("instances/a-0-1")));
        Files.writeString(instance.spec(), "{\"environment\": \"%s\"}".formatted(environment.digest()));
        assertThat(area.removeUnused(() -> nothing, 100).things()).isZero();
        instance.delete();
        assertThat(area.removeUnused(
                                () -> {
                                    usedNow(place);
                                    return nothing;
                                },
                                100)
                        .things())
                .as("it is used while it looks")
                .isZero();
        assertThat(area.removeUnused(() -> nothing, 100).things()).isEqualTo(1);
        assertThat(place).doesNotExist();
        assertThat(run(prepare(possible()), "import tiny_needy")).isEmpty();
    }

    private static void usedNow(Path place) {
        try {
            Files.setLastModifiedTime(place, FileTime.from(Instant.now().plusSeconds(5)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void holdsABuildToItsLimit() {
        environments = new LocalEnvironments(
                settings(index.address(), Duration.ofMillis(1), Set.of()), folder.resolve("other"));

        assertThatThrownBy(() -> prepare(possible()))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("'build.limit'");
    }

    @Test
    void differsByWhatIsAskedForAndByTheInterpreter() throws IOException, InterruptedException {
        Environment one = prepare(asking("tiny-base==1.0"));
        Environment other = prepare(asking("tiny-base==1.5"));
        assertThat(one.digest())
                .isNotEqualTo(other.digest())
                .isEqualTo(prepare(asking("tiny-base==1.0")).digest());

        Path copy = Files.copy(
                Path.of(one.interpreter()).toRealPath(),
                Files.createDirectories(folder.resolve("bin")).resolve("python3"));
        HostPython usual = HostPython.of("python3");
        HostPython moved = new HostPython(
                copy.toString(), copy.toString(), usual.version(), usual.platform(), usual.pip(), NONE, Map.of());
        LocalSettings settings = LocalSettings.usual("python3");
        PythonRuntime runtime = new PythonRuntime(folder);
        WheelCache cache = new WheelCache(folder, Clock.systemUTC());
        assertThat(new EnvironmentBuild(one.spec(), moved, settings, runtime, cache).digest())
                .isNotEqualTo(new EnvironmentBuild(one.spec(), usual, settings, runtime, cache).digest());
    }

    @Test
    void everyUserMayReadIt() throws IOException, InterruptedException {
        Path place = folderOf(prepare(possible()));

        try (Stream<Path> all = Files.walk(place)) {
            assertThat(all.filter(each -> !Files.isSymbolicLink(each)))
                    .allSatisfy(each -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                            .endsWith(Files.isDirectory(each) ? "r-x" : "r--"));
        }
    }

    @Test
    void takesWhatTheInterpreterHasWhereThatIsPreferred() throws IOException, InterruptedException {
        EnvironmentSpec older = new EnvironmentSpec("Custom", Engines.PYTHON, List.of("tiny-base==1.0"));
        Environment python = prepare(older);
        LocalSettings settings = settings(index.address(), Duration.ofMinutes(1), Set.of("Custom"))
                .withPythons(Map.of("Custom", python.interpreter()));
        // Its pip is found in the environment itself.
        Path packages = Path.of(python.interpreter()).resolveSibling("../lib").normalize();
        Path pip = Path.of(String.valueOf(HostPython.of("python3").pip())).getParent();
        Files.createSymbolicLink(
                packages.resolve(library(Objects.requireNonNull(packages.getParent())))
                        .resolve("site-packages/pip"),
                pip);
        environments = new LocalEnvironments(settings, folder.resolve("other"));

        EnvironmentSpec newer = new EnvironmentSpec("Custom", Engines.PYTHON, List.of("tiny-base==2.0"));
        assertThat(prepare(newer).interpreter()).isEqualTo(python.interpreter());
        assertThat(warned).singleElement().asString().contains("version 1.0", "'tiny-base==2.0'");

        Environment more = prepare(new EnvironmentSpec(
                "Custom", Engines.PYTHON, List.of("tiny-base==2.0"), NONE, List.of("tiny-needy"), NONE, Map.of()));
        assertThat(run(more, "import tiny_needy, tiny_base; print(tiny_needy.VERSION, tiny_base.VERSION)"))
                .isEqualTo("1.0 1.0");
        assertThat(more.packages()).containsExactly("tiny_needy==1.0");
        assertThat(more.folders()).isNotEmpty();
    }

    private static Path folderOf(Environment environment) {
        Path programs =
                Objects.requireNonNull(Path.of(environment.interpreter()).getParent());
        return Objects.requireNonNull(programs.getParent());
    }
}
