package dev.slipway.activities.model;

import dev.slipway.activities.instance.ModelRequests;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceSetStore;
import dev.slipway.domain.model.ImportEvents;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelApi;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelStatus;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.model.TrialPrediction;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonSource;
import dev.slipway.formats.model.CallGuide;
import dev.slipway.formats.model.ExpectedAnswer;
import dev.slipway.instance.client.InstanceClient;
import dev.slipway.instance.client.InstanceConnection;
import dev.slipway.instance.client.InstanceRequest;
import dev.slipway.instance.client.InstanceResponse;
import dev.slipway.instance.client.NoWholeAnswer;
import dev.slipway.workflows.contract.model.ImportPrediction;
import dev.slipway.workflows.contract.model.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** {@link ImportPrediction} over the instance of a trial start. */
public final class ImportPredictionImpl implements ImportPrediction {

    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final int LONGEST_FILE = 64 << 20;
    private static final int LONGEST_ANSWER = 16 << 20;
    private static final int SHOWN = 300;
    private static final String CORRECT =
            "Correct the package, or what 'trial.prediction' of the request sends and expects, and import the model again.";
    private static final JsonSource ANSWER = JsonSource.named("the answer", ErrorCode.PARAMETER);
    private static final JsonSource EXPECTED = JsonSource.named("trial.prediction.expected", ErrorCode.PARAMETER);

    private final ModelStore models;
    private final InstanceSetStore sets;
    private final ObjectStore objects;
    private final InstanceClient client;
    private final EventStore events;
    private final Clock clock;

    public ImportPredictionImpl(
            ModelStore models,
            InstanceSetStore sets,
            ObjectStore objects,
            InstanceClient client,
            EventStore events,
            Clock clock) {
        this.models = models;
        this.sets = sets;
        this.objects = objects;
        this.client = client;
        this.events = events;
        this.clock = clock;
    }

    @Override
    public @Nullable Refusal predict(String modelId) {
        Model model = models.find(new ModelId(modelId))
                .filter(stands -> stands.status() == ModelStatus.PUBLISHING)
                .orElseThrow(() -> new NotFound(
                        ErrorCode.MODEL_UNKNOWN, "model '%s' is not imported any more".formatted(modelId)));
        TrialPrediction asked = model.spec().trial().prediction();
        if (asked == null) {
            return null;
        }
        try {
            long begun = System.nanoTime();
            String answer = answer(modelId, request(model, asked));
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            String expectation = compare(asked, answer);
            events.record(ImportEvents.trialPredictionSucceeded(
                    model.id(),
                    "answered after %d ms%s: %s".formatted(took.toMillis(), expectation, shown(answer)),
                    clock.instant()));
            return null;
        } catch (Wrong | Invalid wrong) {
            return new Refusal(ImportEvents.trialPredictionFailed(), String.valueOf(wrong.getMessage()), CORRECT);
        }
    }

    private InstanceRequest request(Model model, TrialPrediction asked) {
        ModelApi api = api(model, asked);
        String id = "trial-" + model.id();
        if (asked.file() != null) {
            ObjectUri file =
                    model.spec().source().asPackage().folder().asFolder().resolve("model/" + asked.file());
            String field = CallGuide.fileField(api).orElse("");
            return ModelRequests.file(api, id, file.baseName(), field, List.of(bytes(file)));
        }
        String body = asked.body() != null
                ? asked.body()
                : CallGuide.example(api)
                        .orElseThrow(() -> new Wrong(
                                "the api '%s' takes a file: name one of the package in 'trial.prediction.file', expected a path below 'model'"
                                        .formatted(api.url())));
        return ModelRequests.json(api, id, body.getBytes(StandardCharsets.UTF_8));
    }

    private static ModelApi api(Model model, TrialPrediction asked) {
        ModelConfig config =
                model.spec().config() == null ? model.config() : model.spec().config();
        List<ModelApi> apis = config == null ? List.of() : config.apis();
        String url = asked.url();
        if (apis.isEmpty() && (url == null || url.equals("/"))) {
            return new ModelApi("/", "POST", null, null, null, null, null, false);
        }
        return apis.stream()
                .filter(api -> url == null || api.url().equals(url))
                .findFirst()
                .orElseThrow(() -> new Wrong("the model has no api '%s' (trial.prediction.url), expected one of %s"
                        .formatted(url, apis.stream().map(ModelApi::url).toList())));
    }

    private byte[] bytes(ObjectUri file) {
        try (InputStream in = objects.open(file, 0)) {
            byte[] bytes = in.readNBytes(LONGEST_FILE + 1);
            if (bytes.length > LONGEST_FILE) {
                throw new Wrong("the file '%s' (trial.prediction.file) has more than %d MB"
                        .formatted(file, LONGEST_FILE >> 20));
            }
            return bytes;
        } catch (NotFound missing) {
            throw new Wrong("the file '%s' (trial.prediction.file) does not exist".formatted(file));
        } catch (IOException e) {
            throw unavailable("'%s' cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** The body of the answer. */
    private String answer(String modelId, InstanceRequest request) {
        Instance instance = sets.find(ImportTrialImpl.set(modelId)).stream()
                .flatMap(row -> row.observed().instances().stream())
                .filter(each -> each.answers() && each.address() != null)
                .findFirst()
                .orElseThrow(() -> new Wrong("the instance of the trial start has ended before it was asked"));
        Address address = Objects.requireNonNull(instance.address());
        try (InstanceConnection connection = awaited(client.connect(instance.id(), address));
                InstanceResponse response = awaited(connection.send(request, LIMIT))) {
            byte[] body = response.body().readNBytes(LONGEST_ANSWER + 1);
            if (body.length > LONGEST_ANSWER) {
                throw new Wrong("the answer has more than %d MB".formatted(LONGEST_ANSWER >> 20));
            }
            String text = new String(body, StandardCharsets.UTF_8);
            if (response.status() < 200 || response.status() > 299) {
                String cause = response.header("X-Error-Cause");
                throw new Wrong("the model answered %d%s: %s"
                        .formatted(response.status(), cause == null ? "" : " (" + cause + ")", shown(text)));
            }
            return text;
        } catch (NoWholeAnswer none) {
            if (none.how().isUnseen()) {
                throw unavailable(String.valueOf(none.getMessage()), none);
            }
            throw new Wrong("the model gave no answer: %s".formatted(none.getMessage()));
        } catch (IOException e) {
            throw unavailable(String.valueOf(e.getMessage()), e);
        }
    }

    private static <T> T awaited(CompletableFuture<T> future) throws IOException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException known) {
                throw known;
            }
            throw new IOException(e);
        } catch (InterruptedException e) {
            future.cancel(false);
            Thread.currentThread().interrupt();
            throw unavailable("interrupted while a model was asked on trial", e);
        }
    }

    /** What to add to the event. */
    private static String compare(TrialPrediction asked, String answer) {
        String expected = asked.expected();
        if (expected == null) {
            return "";
        }
        Optional<String> difference = new ExpectedAnswer(asked.tolerance())
                .difference(JsonDocument.read(EXPECTED, expected), JsonDocument.read(ANSWER, answer));
        if (difference.isPresent()) {
            throw new Wrong("the answer is not as expected: %s; it was %s".formatted(difference.get(), shown(answer)));
        }
        return " as expected";
    }

    private static String shown(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN - 1) + "…";
    }

    private static Unavailable unavailable(String message, Exception cause) {
        Unavailable unavailable = new Unavailable(ErrorCode.UNAVAILABLE, message);
        unavailable.initCause(cause);
        return unavailable;
    }

    /** What only the user can correct. */
    private static final class Wrong extends RuntimeException {

        private static final long serialVersionUID = 1;

        Wrong(String message) {
            super(message);
        }
    }
}
