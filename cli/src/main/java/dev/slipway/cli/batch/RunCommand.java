package dev.slipway.cli.batch;

import dev.slipway.cli.access.LoginVariables;
import dev.slipway.cli.command.CommandFailure;
import dev.slipway.cli.command.NeedsNoFolder;
import dev.slipway.cli.command.Screen;
import dev.slipway.client.ObjectClient;
import dev.slipway.client.RefusedCall;
import dev.slipway.client.SlipwayClient;
import dev.slipway.formats.model.ModelItem;
import dev.slipway.formats.model.ModelShown;
import dev.slipway.formats.service.CreateServiceBody;
import dev.slipway.formats.service.EntryBody;
import dev.slipway.formats.service.ServiceShown;
import dev.slipway.formats.service.ServiceTask;
import dev.slipway.formats.wire.WireJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** {@code batch run FOLDER_OR_FILE --model NAME}: uploads, runs, watches and downloads. */
@Command(
        name = "run",
        description =
                "from files on disk to their results: uploads them, runs a job over them, follows it, and downloads what came out; exit status 0 if it is finished, else 1",
        footer = LoginVariables.FOOTER)
public final class RunCommand implements Callable<Integer>, NeedsNoFolder {

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String FOLDER = "batch-run/";
    /** A name may have 64 characters. */
    private static final int LONGEST_BEGIN = 44;

    private static final int NOT_FOUND = 404;

    private final LoginVariables variables;
    private final Screen screen;

    @Parameters(
            paramLabel = "FOLDER_OR_FILE",
            description = "CSV tables without a header, or files that are sent whole")
    private Path path = Path.of("");

    @Option(
            names = "--model",
            paramLabel = "NAME[:VERSION]",
            required = true,
            description = "the model; its newest version if none is named")
    private String model = "";

    @Option(
            names = "--mapping",
            paramLabel = "FILE",
            description =
                    "the mapping rule of tables; else the columns are the values of the model's requests in their order")
    private @Nullable Path mapping;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "where the results go; usually ./NAME, which must not exist")
    private @Nullable Path out;

    @Option(names = "--instances", paramLabel = "N", description = "how many instances; usually 1")
    private int instances = 1;

    @Option(
            names = "--specification",
            paramLabel = "FLAVOR",
            description = "the flavor of an instance; usually the first of the installation")
    private @Nullable String specification;

    public RunCommand(LoginVariables variables, PrintStream out) {
        this.variables = variables;
        this.screen = new Screen(out);
    }

    @Override
    public Integer call() {
        InputFiles files = InputFiles.in(path);
        try (SlipwayClient client = variables.connect();
                ObjectClient objects = variables.objects()) {
            ModelShown version = version(client);
            String begin = version.item().modelName();
            String name =
                    begin.substring(0, Math.min(begin.length(), LONGEST_BEGIN)) + "-" + STAMP.format(Instant.now());
            Path results = newFolder(out == null ? Path.of(name) : out);
            JsonNode rule = files.areTables() ? rule(version) : null;
            upload(objects, files, FOLDER + name + "/in/");
            String id = start(client, version, name, rule);
            screen.line("batch %s  %s  of %s %s"
                    .formatted(
                            name, id, version.item().modelName(), version.item().modelVersion()));
            ServiceShown ended = new TaskWatch(screen).follow(client, id, Duration.ofDays(30));
            download(objects, ended, results);
            return ended.item().status().equals("finished") ? 0 : 1;
        }
    }

    private ModelShown version(SlipwayClient client) {
        int colon = model.lastIndexOf(':');
        String name = colon < 0 ? model : model.substring(0, colon);
        String wanted = colon < 0 ? null : model.substring(colon + 1);
        // Newest first.
        ModelItem found = client.models().list(Map.of("model_name", name, "exact_match", "true")).models().stream()
                .filter(item ->
                        item.modelName().equals(name) && item.modelStatus().equals("published"))
                .filter(item -> wanted == null || item.modelVersion().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new CommandFailure(
                        "no published model of this project has the name '%s'%s; './slipway status' shows what there is"
                                .formatted(name, wanted == null ? "" : " and the version '%s'".formatted(wanted))));
        return client.models().show(found.modelId());
    }

    private static Path newFolder(Path folder) {
        if (Files.exists(folder)) {
            throw new CommandFailure("'%s' exists: name another folder for the results by --out DIR".formatted(folder));
        }
        return folder;
    }

    private JsonNode rule(ModelShown version) {
        Path file = mapping;
        if (file == null) {
            JsonNode rule = ColumnMapping.of(version.apis(), model);
            screen.line("mapping rule, by the order of the model's values: " + rule);
            return rule;
        }
        try {
            return WireJson.tree(Files.readString(file));
        } catch (IOException e) {
            throw new CommandFailure("the mapping rule '%s' cannot be read: %s".formatted(file, e.getMessage()));
        } catch (JacksonException e) {
            throw new CommandFailure("the mapping rule '%s' is no JSON: %s".formatted(file, e.getOriginalMessage()));
        }
    }

    private void upload(ObjectClient objects, InputFiles files, String folder) {
        files.files().forEach((name, file) -> objects.put(variables.bucket(), folder + name, file));
        screen.line("%d files uploaded to obs://%s/%s".formatted(files.files().size(), variables.bucket(), folder));
    }

    private String start(SlipwayClient client, ModelShown version, String name, @Nullable JsonNode rule) {
        String flavor = specification == null
                ? client.services().specifications().specifications().getFirst().specification()
                : specification;
        String folder = "obs://%s/%s%s/".formatted(variables.bucket(), FOLDER, name);
        EntryBody entry = new EntryBody(
                version.item().modelId(),
                flavor,
                instances,
                null,
                null,
                null,
                null,
                null,
                null,
                folder + "in/",
                null,
                folder + "out/",
                "/",
                rule == null ? "file" : "csv",
                rule,
                null,
                null);
        return client.services().create(CreateServiceBody.batch(name, entry)).serviceId();
    }

    /** The manifest and the result files that it names. */
    private void download(ObjectClient objects, ServiceShown ended, Path results) {
        ServiceTask task = ended.item().task();
        if (task == null || task.manifest() == null) {
            screen.line("no manifest was written, so there is nothing to download");
            return;
        }
        String first = key(task.manifest());
        String begin = first.substring(0, first.length() - ".manifest".length());
        int files = results(objects, first, results.resolve("manifest.jsonl"));
        for (int part = 1; ; part++) {
            try {
                files += results(
                        objects, begin + "_" + part + ".manifest", results.resolve("manifest_" + part + ".jsonl"));
            } catch (RefusedCall e) {
                if (e.status() != NOT_FOUND) {
                    throw e;
                }
                break;
            }
        }
        screen.line("%d result files and the manifest are in %s; %d of %d records failed"
                .formatted(files, results, task.failed(), task.records()));
    }

    /** Fetches a manifest, then the result files that it names, and returns how many. */
    private int results(ObjectClient objects, String key, Path manifest) {
        objects.get(variables.bucket(), key, manifest);
        int files = 0;
        try (BufferedReader lines = Files.newBufferedReader(manifest)) {
            String line;
            while ((line = lines.readLine()) != null) {
                String address = WireJson.tree(line).path("inference-loc").asString("");
                if (!address.isEmpty()) {
                    String result = key(address);
                    objects.get(
                            variables.bucket(),
                            result,
                            manifest.resolveSibling(result.substring(result.lastIndexOf('/') + 1)));
                    files++;
                }
            }
        } catch (IOException e) {
            throw new CommandFailure("the manifest '%s' cannot be read: %s".formatted(manifest, e.getMessage()));
        }
        return files;
    }

    /** Of an address of the bucket. */
    private String key(String address) {
        String start = "obs://%s/".formatted(variables.bucket());
        if (!address.startsWith(start)) {
            throw new CommandFailure(
                    "'%s': expected an object of the bucket '%s'".formatted(address, variables.bucket()));
        }
        return address.substring(start.length());
    }

    @Override
    public String inPlaceOfFolder() {
        return LoginVariables.IN_PLACE_OF_FOLDER;
    }
}
