package dev.slipway.adapters.local;

import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.Probe;
import dev.slipway.domain.instance.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** How a container image is started: by its own configuration, and by what the template has in its place. */
final class ContainerStart {

    /** Of images that name none, as container engines have it. */
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long LARGEST_ACCOUNTS = 1 << 20;
    private static final long LONGEST_SECONDS = Integer.MAX_VALUE;

    private final Path root;
    private final JsonNode config;
    private final InstanceTemplate template;

    private ContainerStart(Path root, JsonNode config, InstanceTemplate template) {
        this.root = root;
        this.config = config;
        this.template = template;
    }

    /**
     * The start of an image.
     *
     * @param files as {@link ModelFolders#containerOf} gives them
     * @throws LaunchFailure for good, if its configuration cannot be used
     */
    static ContainerStart of(Path files, InstanceTemplate template) {
        try {
            JsonNode document = JSON.readTree(Files.readAllBytes(files.resolve("config.json")));
            return new ContainerStart(files.resolve("rootfs"), document.path("config"), template);
        } catch (IOException | JacksonException unreadable) {
            throw LaunchFailure.forGood("the configuration of image '%s' cannot be read: %s"
                    .formatted(template.image(), unreadable.getMessage()));
        }
    }

    Path root() {
        return root;
    }

    /** Fills in what the shim needs. */
    void writeTo(ObjectNode spec) {
        command().forEach(spec.putArray("command")::add);
        User user = user();
        ObjectNode env = spec.putObject("env");
        environment(user).forEach(env::put);
        Map.Entry<String, Integer> port =
                template.process().ports().entrySet().iterator().next();
        ObjectNode image = spec.putObject("image")
                .put("root", root.toString())
                .put("uid", user.uid())
                .put("gid", user.gid())
                .put(
                        "directory",
                        config.path("WorkingDir").asString("").isEmpty()
                                ? "/"
                                : config.path("WorkingDir").asString())
                .put("port", port.getValue())
                .put("tls", port.getKey().equals(ServerProcess.HTTPS));
        ObjectNode checks = image.putObject("checks");
        write(checks, "startup", template.process().startup());
        write(checks, "readiness", template.process().readiness());
        write(checks, "liveness", template.process().liveness());
    }

    private static void write(ObjectNode checks, String kind, @Nullable Probe probe) {
        if (probe == null) {
            return;
        }
        ObjectNode check = checks.putObject(kind)
                .put("delay", seconds(probe.delay()))
                .put("every", seconds(probe.every()))
                .put("within", Math.max(1, seconds(probe.within())))
                .put("failures", probe.failures());
        if (probe.path() != null) {
            check.put("path", probe.path());
        } else {
            probe.command().forEach(check.putArray("command")::add);
        }
    }

    private static long seconds(Duration time) {
        return Math.min(LONGEST_SECONDS, time.toSeconds());
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(template.process().command());
        if (command.isEmpty()) {
            command.addAll(texts("Entrypoint"));
            command.addAll(texts("Cmd"));
        }
        if (command.isEmpty()) {
            throw LaunchFailure.forGood(
                    "image '%s' has neither an entry point nor a command: send the start command as 'cmd' when the model is imported"
                            .formatted(template.image()));
        }
        return command;
    }

    private List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        config.path(field).forEach(each -> texts.add(each.asString("")));
        return texts;
    }

    private Map<String, String> environment(User user) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", PATH);
        environment.put("HOME", user.home());
        for (String each : texts("Env")) {
            int equals = each.indexOf('=');
            if (equals > 0) {
                environment.put(each.substring(0, equals), each.substring(equals + 1));
            }
        }
        environment.putAll(template.envs());
        return environment;
    }

    private record User(int uid, int gid, String home) {}

    private User user() {
        String[] named = config.path("User").asString("").split(":", 2);
        String name = named[0].isEmpty() ? "0" : named[0];
        List<String[]> accounts = lines("etc/passwd");
        String[] account = accounts.stream()
                .filter(fields -> fields.length >= 6 && (fields[0].equals(name) || fields[2].equals(name)))
                .findFirst()
                .orElse(null);
        int uid = number(account == null ? name : account[2], "User", name);
        int gid = 0;
        if (named.length == 2 && !named[1].isEmpty()) {
            gid = number(group(named[1]), "group", named[1]);
        } else if (account != null) {
            gid = number(account[3], "group", account[3]);
        }
        return new User(uid, gid, account == null || account[5].isEmpty() ? "/" : account[5]);
    }

    private String group(String name) {
        return lines("etc/group").stream()
                .filter(fields -> fields.length >= 3 && fields[0].equals(name))
                .map(fields -> fields[2])
                .findFirst()
                .orElse(name);
    }

    private int number(String text, String kind, String named) {
        if (!text.matches("[0-9]{1,9}")) {
            throw LaunchFailure.forGood(
                    "image '%s' runs as %s '%s', whom its own /etc/passwd or /etc/group does not have: build it with one that it has, or with a number"
                            .formatted(template.image(), kind, named));
        }
        return Integer.parseInt(text);
    }

    /** The fields of each line of a file of the image; none if there is no such file, or only behind a link. */
    private List<String[]> lines(String path) {
        Path file = root.resolve(path);
        try {
            boolean isOwn = Files.isDirectory(Objects.requireNonNull(file.getParent()), LinkOption.NOFOLLOW_LINKS)
                    && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && Files.size(file) <= LARGEST_ACCOUNTS;
            return isOwn
                    ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                            .lines()
                            .map(line -> line.split(":", -1))
                            .toList()
                    : List.of();
        } catch (IOException unreadable) {
            return List.of();
        }
    }
}
