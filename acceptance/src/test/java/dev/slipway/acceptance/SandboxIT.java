package dev.slipway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.client.Answer;
import dev.slipway.client.Login;
import dev.slipway.client.SlipwayClient;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.formats.wire.WireJson;
import dev.slipway.testing.environment.TinyWheels;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What model code reaches in each kind of sandbox, and that each attempt works where it may: the same code run by the tests' own user. */
class SandboxIT {

    private static final String CONFIG = """
            {
              "model_algorithm": "probes",
              "model_type": "Custom",
              "apis": [{
                "url": "/", "method": "post",
                "request": {"Content-type": "application/json", "data": {"type": "object", "properties": {}}},
                "response": {"Content-type": "application/json", "data": {"type": "object", "properties": {}}}
              }]
            }
            """;

    /** A package that needs one of which there are only sources. */
    private static final String NEEDY = """
            {"model_algorithm": "needy", "model_type": "Custom", "apis": [],
             "dependencies": [{"installer": "pip", "packages": [{"package_name": "tiny-probes"}]}]}
            """;

    private static final String ECHO = """
            from model_service.model_service import SingleNodeService

            class Echo(SingleNodeService):
                def _inference(self, data):
                    return data
            """;

    /** What an instance needs. */
    private static final Set<String> NEEDED = Set.of("loopback", "temporary_folder", "own_folder");

    /** What no program of an ordinary user reaches either, so that the control shows it only as root. */
    private static final Set<String> OF_ROOT = Set.of(
            "shadow_passwords",
            "private_keys",
            "home_of_root",
            "write_to_the_system",
            "write_to_core_pattern",
            "write_to_sysrq",
            "root_user",
            "capabilities",
            "mount",
            "make_a_device",
            "change_the_root");

    /** What some machines do not have. */
    private static final Set<String> OF_SOME_MACHINES = Set.of("write_to_sysrq", "private_keys", "home_of_root");

    /** The control has no secret. Where there is a sandbox it needs none. */
    private static final String OF_ANOTHER_INSTANCE = "socket_of_another_instance";

    @Test
    void bubblewrapLetsNothingThrough() throws Exception {
        Optional<Path> programs = Bubblewrap.folder();
        assumeTrue(programs.isPresent(), "bubblewrap is neither installed nor can be had from Debian");
        RunningSlipway slipway = RunningSlipway.withSandbox("bubblewrap").withPrograms(programs.get());
        assertThat(reached(slipway)).as("reached in a sandbox by bubblewrap").isEqualTo(NEEDED);
    }

    @Test
    void namespacesLetNothingThrough() throws Exception {
        assertThat(reached(RunningSlipway.withSandbox("namespaces")))
                .as("reached in namespaces")
                .isEqualTo(NEEDED);
    }

    @Test
    void withoutASandboxOtherInstancesAreNotReached() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of(RunningSlipway.SYSTEM_PYTHON)),
                "without a sandbox models run as another user, who must be able to run python3");
        assertThat(reached(RunningSlipway.withoutSandbox()))
                .as("reached without a sandbox")
                .doesNotContain(OF_ANOTHER_INSTANCE, "gain_rights_from_programs");
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** The names of the probes that reached something. */
    private static Set<String> reached(RunningSlipway slipway) throws Exception {
        TinyWheels index = new TinyWheels(slipway.data());
        try (slipway) {
            slipway.withSetting("build: {index: '%s', source-packages: true}".formatted(index.address()));
            slipway.up();
            Map<String, String> env = slipway.env();
            Login login = RunningSlipway.login(env);
            try (SlipwayClient client = new SlipwayClient(RunningSlipway.endpoint(env), login);
                    var objects = RunningSlipway.objects(env);
                    Neighbourhood around = Neighbourhood.open()) {
                InstallationSteps steps = new InstallationSteps(client, objects);
                ObjectUri source = new ObjectUri("slipway", "probes/");
                String model =
                        steps.importModel("probes", "0.0.1", TestPackages.write(objects, source, CONFIG, code()));
                String service = steps.deploy("probes", model, 1);
                String other = steps.deploy("other", model, 1);
                Path instance = instanceOf(slipway, other);

                ObjectNode target = target(slipway, around, instance);
                String token = client.token();
                Map<String, String> found = ask(steps.address(service), token, target);
                Map<String, String> control = control(target);

                print(slipway, found, control);
                boolean hasSandbox =
                        !Files.readString(instance.resolve("state.json")).contains("#secret=");
                assertControl(control, hasSandbox);
                assertForgedEventsChangeNothing(steps, service, token);
                index.withSource("tiny_probes", "1.0", buildCode(target));
                ObjectUri needy = TestPackages.write(objects, new ObjectUri("slipway", "needy/"), NEEDY, ECHO);
                String built = steps.createModel("needy", "0.0.1", needy);
                String status = steps.ended(built).modelStatus();
                String log = client.models().buildLog(built).log();
                if (hasSandbox) {
                    assertThat(status).as(log).isEqualTo("published");
                    assertThat(namesIn(log, "probe (\\w+) ")).as(log).isEqualTo(found.keySet());
                    assertThat(namesIn(log, "probe (\\w+) reached"))
                            .as("reached by a source package while it is built: %s", log)
                            .isEqualTo(NEEDED);
                } else {
                    assertThat(status).isEqualTo("failed");
                    assertThat(client.models().events(built, Map.of()).toString())
                            .contains("source packages are built in a sandbox only");
                    assertThat(log).doesNotContain("probe ");
                }
                return names(found);
            }
        }
    }

    private static Set<String> namesIn(String log, String line) {
        Pattern pattern = Pattern.compile("(?m)^" + line);
        return pattern.matcher(log).results().map(found -> found.group(1)).collect(Collectors.toSet());
    }

    /** What a source package runs: the same attempts, each told in a line. */
    private static String buildCode(ObjectNode target) throws IOException {
        Base64.Encoder base64 = Base64.getEncoder();
        return """
                import base64, json, subprocess, sys
                script = os.path.join(os.path.dirname(directory), "probes.py")
                with open(script, "wb") as file:
                    file.write(base64.b64decode("%s"))
                said = subprocess.run([sys.executable, script, base64.b64decode("%s").decode()], stdout=subprocess.PIPE, check=True).stdout
                for name, text in json.loads(said).items():
                    print("probe", name, text)
                """.formatted(
                        base64.encodeToString(code().getBytes(StandardCharsets.UTF_8)),
                        base64.encodeToString(target.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private static void assertControl(Map<String, String> control, boolean hasSandbox) {
        Set<String> reached = names(control);
        List<String> missing = control.keySet().stream()
                .filter(name -> !reached.contains(name))
                .filter(name -> isRoot() || !OF_ROOT.contains(name))
                .filter(name -> !OF_SOME_MACHINES.contains(name))
                .filter(name -> hasSandbox || !name.equals(OF_ANOTHER_INSTANCE))
                .toList();
        assertThat(control).hasSizeGreaterThanOrEqualTo(40);
        assertThat(missing).as("what the control did not reach: %s", control).isEmpty();
    }

    /** A false address and a false drain on the descriptor for events. */
    private static void assertForgedEventsChangeNothing(InstallationSteps steps, String service, String token)
            throws Exception {
        URI address = URI.create(steps.address(service));
        for (String event : List.of(
                "{\"say\": {\"event\": \"ready\", \"address\": \"127.0.0.1:1\"}}",
                "{\"say\": {\"event\": \"draining\"}}",
                "{\"say\": {\"event\": \"failed\", \"cause\": \"forged\"}}")) {
            assertThat(post(address, token, event).status()).isEqualTo(200);
            assertThat(post(address, token, "{}").status())
                    .as("after %s", event)
                    .isEqualTo(200);
        }
        assertThat(steps.status(service)).isEqualTo("running");
    }

    private static Map<String, String> ask(String address, String token, ObjectNode target) throws Exception {
        ObjectNode body = (ObjectNode) WireJson.tree("{}");
        body.set("target", target);
        Answer answer = post(URI.create(address), token, body.toString());
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return texts(WireJson.tree(answer.text()));
    }

    private static Answer post(URI address, String token, String body) throws Exception {
        return RunningSlipway.send(HttpRequest.newBuilder(address)
                .header("X-Auth-Token", token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private static Map<String, String> control(ObjectNode target) throws Exception {
        Path script = Files.createTempFile("slipway-probes-", ".py");
        try {
            Files.writeString(script, code());
            Process process = new ProcessBuilder("python3", script.toString(), target.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return texts(WireJson.tree(printed));
        } finally {
            Files.deleteIfExists(script);
        }
    }

    private static Map<String, String> texts(JsonNode tree) {
        Map<String, String> texts = new LinkedHashMap<>();
        tree.properties()
                .forEach(each -> texts.put(each.getKey(), each.getValue().asString()));
        return texts;
    }

    private static Set<String> names(Map<String, String> results) {
        return results.entrySet().stream()
                .filter(each -> each.getValue().startsWith("reached"))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static void print(RunningSlipway slipway, Map<String, String> found, Map<String, String> control)
            throws IOException {
        String kind = Files.readAllLines(slipway.data().resolve("slipway.yml")).stream()
                .filter(line -> line.contains("sandbox: ") && !line.contains("require"))
                .findFirst()
                .orElseThrow();
        System.out.println(kind.strip());
        new TreeMap<>(found)
                .forEach((name, result) ->
                        System.out.printf("  %-36s %-70.70s | control %.50s%n", name, result, control.get(name)));
    }

    private static ObjectNode target(RunningSlipway slipway, Neighbourhood around, Path instance) throws Exception {
        ObjectNode target = (ObjectNode) WireJson.tree("{}");
        ObjectNode ports = target.putObject("ports");
        for (String part : List.of("api", "gateway", "objects", "postgres", "temporal", "temporal-ui")) {
            ports.put(part, slipway.port(part));
        }
        JsonNode state = WireJson.tree(Files.readString(instance.resolve("state.json")));
        String address = state.path("address").asString();
        target.put("socket", address.substring("unix:".length()).replaceFirst("#.*", ""));
        target.put("data", slipway.data().toString());
        target.put("instance", instance.toString());
        target.put(
                "package_of_another_instance",
                state.path("package").asString(instance.resolve("package").toString()));
        target.put("pid", slipway.pid("up"));
        target.put("name", Long.toString(System.nanoTime()));
        try (Stream<Path> runtimes = Files.list(slipway.data().resolve("runtime"))) {
            target.put("runtime", runtimes.findFirst().orElseThrow().toString());
        }
        target.put("package", false);
        around.describe(target);
        return target;
    }

    private static Path instanceOf(RunningSlipway slipway, String service) throws IOException {
        try (Stream<Path> folders = Files.list(slipway.data().resolve("instances"))) {
            return folders.filter(folder -> Files.exists(folder.resolve("state.json")))
                    .filter(folder -> {
                        try {
                            return Files.readString(folder.resolve("spec.json")).contains(service);
                        } catch (IOException gone) {
                            return false;
                        }
                    })
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String code() throws IOException {
        try (InputStream code = Objects.requireNonNull(SandboxIT.class.getResourceAsStream("probes.py"))) {
            return new String(code.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** What stands on this machine beside the installation, for attempts to reach it. */
    private record Neighbourhood(
            ServerSocket listener,
            DatagramSocket datagrams,
            Process helper,
            Path file,
            Path shared,
            String name,
            int key)
            implements AutoCloseable {

        /** Holds an abstract socket and a segment of shared memory until its input ends. */
        private static final String HELPER = """
                import ctypes, socket, sys
                server = socket.socket(socket.AF_UNIX)
                server.bind("\\0" + sys.argv[1])
                server.listen()
                libc = ctypes.CDLL(None)
                segment = libc.shmget(int(sys.argv[2]), 4096, 0o1666)
                print("ready", flush=True)
                sys.stdin.read()
                libc.shmctl(segment, 0, None)
                """;

        static Neighbourhood open() throws IOException {
            ServerSocket listener = new ServerSocket();
            listener.bind(new InetSocketAddress("0.0.0.0", 0));
            DatagramSocket datagrams = new DatagramSocket(0, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(() -> echo(datagrams));
            String name = "slipway-probe-" + System.nanoTime();
            int key = (int) (System.nanoTime() & 0x7fffffff) | 1;
            Process helper = new ProcessBuilder("python3", "-c", HELPER, name, Integer.toString(key)).start();
            String said = helper.inputReader().readLine();
            assertThat(said).isEqualTo("ready");
            Path file = Files.writeString(Files.createTempFile("slipway-probe-", ".txt"), "of the user");
            Path shared = Files.writeString(Path.of("/dev/shm", name), "shared");
            return new Neighbourhood(listener, datagrams, helper, file, shared, name, key);
        }

        private static void echo(DatagramSocket datagrams) {
            try {
                DatagramPacket packet = new DatagramPacket(new byte[10], 10);
                while (true) {
                    datagrams.receive(packet);
                    datagrams.send(packet);
                }
            } catch (IOException closed) {
                // The end of the test.
            }
        }

        void describe(ObjectNode target) throws IOException {
            target.put("listener", listener.getLocalPort());
            target.put("datagrams", datagrams.getLocalPort());
            target.put("host", hostAddress());
            target.put("lonely", interfaces().isEmpty());
            target.put("abstract", name);
            target.put("key", key);
            target.put("file", file.toString());
            target.put("temporary", file.toString());
            target.put("shared", shared.toString());
            target.put(
                    "hostname",
                    Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
        }

        /** An address of this machine that is not its loopback's, where there is one. */
        private static String hostAddress() throws IOException {
            return interfaces().stream().findFirst().orElse("127.0.0.1");
        }

        private static List<String> interfaces() throws IOException {
            List<String> addresses = new ArrayList<>();
            java.net.NetworkInterface.networkInterfaces()
                    .flatMap(java.net.NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && address instanceof java.net.Inet4Address)
                    .forEach(address -> addresses.add(address.getHostAddress()));
            return addresses;
        }

        @Override
        public void close() throws IOException {
            listener.close();
            datagrams.close();
            helper.destroy();
            Files.deleteIfExists(file);
            Files.deleteIfExists(shared);
        }
    }
}
