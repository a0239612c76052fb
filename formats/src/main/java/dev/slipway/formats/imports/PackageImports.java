package dev.slipway.formats.imports;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonSource;
import dev.slipway.formats.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Looks at the imports of a package with a Python interpreter. Nothing of the package and no installed code is run by it. */
public final class PackageImports {

    /** The files of a package that it reads. */
    public static final String SUFFIX = ".py";

    private static final int LONGEST_ANSWER = 4 << 20;
    private static final JsonSource ANSWER = new JsonSource("imports", ErrorCode.INTERNAL, LONGEST_ANSWER, 20);

    private final String python;
    private final Duration limit;

    /**
     * @param python the program that runs the model; its installed modules count
     * @param limit after which the look is given up
     */
    public PackageImports(String python, Duration limit) {
        this.python = python;
        this.limit = limit;
    }

    /**
     * Looks at the package in that folder. Empty if there is no such interpreter here, or if it could not be done within the limit: what is
     * missing then shows when the package is started.
     *
     * @param files all paths of the package below the folder; of those that end in {@link #SUFFIX} the files are there
     */
    public Optional<ImportReport> look(Path folder, List<String> files) throws InterruptedException {
        Process process;
        try {
            ProcessBuilder builder = new ProcessBuilder(python, "-I", "-S", "-B", "-c", script());
            builder.environment().keySet().retainAll(List.of("PATH", "HOME", "LANG", "PYENV_ROOT", "PYENV_VERSION"));
            builder.redirectError(ProcessBuilder.Redirect.DISCARD);
            process = builder.start();
        } catch (IOException noInterpreterHere) {
            return Optional.empty();
        }
        try {
            CompletableFuture<byte[]> answer = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> read(process, answer));
            send(process, order(folder, files));
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
                return Optional.empty();
            }
            return Optional.of(report(answer.join()));
        } catch (IOException | Invalid endedEarly) {
            return Optional.empty();
        } finally {
            process.destroyForcibly();
        }
    }

    private static void read(Process process, CompletableFuture<byte[]> answer) {
        try (InputStream in = process.getInputStream()) {
            answer.complete(in.readNBytes(LONGEST_ANSWER));
        } catch (IOException cut) {
            answer.complete(new byte[0]);
        }
    }

    private static void send(Process process, String order) throws IOException {
        try (OutputStream out = process.getOutputStream()) {
            out.write(order.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String order(Path folder, List<String> files) {
        StringBuilder order = new StringBuilder("{\"root\":");
        order.append(JsonValue.quoted(folder.toAbsolutePath().toString())).append(",\"files\":[");
        String separator = "";
        for (String file : files) {
            order.append(separator).append(JsonValue.quoted(file));
            separator = ",";
        }
        return order.append("]}").toString();
    }

    private static ImportReport report(byte[] answer) {
        JsonObjectReader report = JsonObjectReader.of(JsonDocument.read(ANSWER, answer));
        List<ImportReport.Module> modules = new ArrayList<>();
        for (JsonValue entry : report.array("modules")) {
            JsonObjectReader module = JsonObjectReader.of(entry);
            modules.add(new ImportReport.Module(module.text("module"), use(module), places(module, "places")));
        }
        List<ImportReport.Broken> broken = new ArrayList<>();
        for (JsonValue entry : report.array("broken")) {
            JsonObjectReader file = JsonObjectReader.of(entry);
            broken.add(new ImportReport.Broken(
                    new ImportReport.Place(file.text("file"), line(file.value("line"))),
                    use(file),
                    file.text("message")));
        }
        return new ImportReport(
                report.text("python"),
                modules,
                broken,
                places(report, "cuda"),
                places(report, "pip"),
                report.texts("skipped"),
                report.flagOr("names_batch", true));
    }

    private static ImportReport.Use use(JsonObjectReader reader) {
        return ImportReport.Use.valueOf(reader.text("kind").toUpperCase(Locale.ROOT));
    }

    private static List<ImportReport.Place> places(JsonObjectReader reader, String name) {
        List<ImportReport.Place> places = new ArrayList<>();
        for (JsonValue entry : reader.array(name)) {
            if (entry instanceof JsonValue.JsonArray pair
                    && pair.elements().getFirst() instanceof JsonValue.JsonText file) {
                places.add(new ImportReport.Place(
                        file.value(), line(pair.elements().getLast())));
            }
        }
        return places;
    }

    private static int line(JsonValue value) {
        return value instanceof JsonValue.JsonNumber number && number.isWithin(1, Integer.MAX_VALUE)
                ? number.decimal().intValueExact()
                : 1;
    }

    private static String script() throws IOException {
        try (InputStream in = PackageImports.class.getResourceAsStream("package_imports.py")) {
            if (in == null) {
                throw new IllegalStateException("resource package_imports.py is not in the jar of slipway-formats");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
