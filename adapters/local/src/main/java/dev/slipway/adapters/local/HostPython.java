package dev.slipway.adapters.local;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a build has to know of an interpreter of this machine.
 *
 * @param executable the program itself, as it is started
 * @param real the same without symbolic links, which is no part of a virtual environment
 * @param version for example 3.12.3
 * @param platform system, architecture and C library
 * @param pip what starts its pip; null if it has none
 * @param folders with its installed packages
 * @param installed versions by name as pip compares names
 */
record HostPython(
        String executable,
        String real,
        String version,
        String platform,
        @Nullable String pip,
        List<String> folders,
        Map<String, String> installed) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final String QUESTION = """
            import importlib.util, json, os, platform, re, sys
            from importlib import metadata
            found = importlib.util.find_spec("pip")
            pip = found and os.path.join(os.path.dirname(found.origin), "__pip-runner__.py")
            print(json.dumps({
                "executable": sys.executable,
                "real": os.path.realpath(sys.executable),
                "version": platform.python_version(),
                "fits": sys.version_info >= (3, 9),
                "platform": " ".join((platform.system(), platform.machine(), *platform.libc_ver())),
                "pip": pip if pip and os.path.isfile(pip) else None,
                "folders": [path for path in sys.path if os.path.basename(path) in ("site-packages", "dist-packages")],
                "installed": {re.sub("[-_.]+", "-", each.metadata["Name"]).lower(): each.version for each in metadata.distributions()},
            }))
            """;

    /**
     * Asks the one that a command starts. Takes some tenths of a second.
     *
     * @throws IOException if it cannot be run or is older than 3.9; says which
     */
    static HostPython of(String command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command, "-I", "-c", QUESTION)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException notThere) {
            throw new IOException("'%s' can't be run: %s".formatted(command, notThere.getMessage()), notThere);
        }
        process.getOutputStream().close();
        byte[] answer = process.getInputStream().readAllBytes();
        try {
            JsonNode said = JSON.readTree(answer);
            if (process.waitFor() == 0 && said.path("fits").asBoolean(false)) {
                return of(said);
            }
        } catch (JacksonException noAnswer) {
            // As if it were none.
        }
        throw new IOException("'%s' is not Python 3.9 or newer".formatted(command));
    }

    private static HostPython of(JsonNode said) {
        List<String> folders = new ArrayList<>();
        said.path("folders").forEach(each -> folders.add(each.asString()));
        Map<String, String> installed = new TreeMap<>();
        said.path("installed")
                .properties()
                .forEach(each -> installed.put(each.getKey(), each.getValue().asString("")));
        return new HostPython(
                said.path("executable").asString(),
                said.path("real").asString(),
                said.path("version").asString(),
                said.path("platform").asString(),
                said.path("pip").isString() ? said.path("pip").asString() : null,
                folders,
                installed);
    }

    /** For example python3.12, as its folder of packages is called. */
    String library() {
        String[] numbers = version.split("[.]", -1);
        return "python%s.%s".formatted(numbers[0], numbers[1]);
    }

    /** As pip compares names: of the beginning of a requirement. */
    static String nameOf(String requirement) {
        return requirement.split("[\\[=<>!~; ]", 2)[0].toLowerCase(Locale.ROOT).replaceAll("[-_.]+", "-");
    }
}
