package dev.slipway.standalone.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.read.ListAppender;
import dev.slipway.workflows.contract.BadEnd;
import dev.slipway.workflows.contract.FailureTypes;
import dev.slipway.workflows.contract.FinalFailure;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Over the shipped logback.xml. */
class LogLineTests {

    private final LoggerContext context = new LoggerContext();

    @TempDir
    private Path folder;

    @BeforeEach
    void configure() throws JoranException {
        context.setMDCAdapter(new LogbackMDCAdapter());
        context.putProperty("slipway.log", folder.resolve("slipway.log").toString());
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(Objects.requireNonNull(LogLineTests.class.getResource("/logback.xml")));
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private List<String> lines(Level level, String message, @Nullable Throwable failure) throws IOException {
        Logger logger = context.getLogger("dev.slipway.test");
        if (level == Level.WARN) {
            logger.warn(message, failure);
        } else {
            logger.error(message, failure);
        }
        return Files.readAllLines(folder.resolve("slipway.log"));
    }

    @Test
    void aWarningIsOneLineWithAllItsCauses() throws IOException {
        Exception cause = new IOException("connection refused\nby the server");

        List<String> lines = lines(Level.WARN, "refused code=x", new IllegalStateException("no database", cause));

        assertThat(lines)
                .singleElement()
                .asString()
                .endsWith(
                        "refused code=x because=IllegalStateException: no database <- IOException: connection refused | by the server");
    }

    @Test
    void whatACallerSendsBeginsNoLine() throws IOException {
        assertThat(lines(Level.WARN, "refused path=/a\r\n2026-01-01 ERROR forged\u001b[2J", null))
                .singleElement()
                .asString()
                .endsWith("refused path=/a | 2026-01-01 ERROR forged\uFFFD[2J");
    }

    @ParameterizedTest
    @ValueSource(strings = {BadEnd.IMPORT, BadEnd.ROLLOUT, BadEnd.JOB})
    void whatAnEventTellsIsNotToldAgainByTheSdk(String type) throws IOException {
        workflowFails(BadEnd.of(type, "it does not start", "the result"));
        activityFails(FinalFailure.of("a name", FailureTypes.INVALID, "ModelArts.3502"));

        assertThat(lines(Level.WARN, "after it", null))
                .singleElement()
                .asString()
                .endsWith("after it");
    }

    @Test
    void whatTheSdkAloneKnowsIsTold() throws IOException {
        workflowFails(new IllegalStateException("a bug"));
        workflowFails(ApplicationFailure.newNonRetryableFailure("not all was removed", "RETENTION_INCOMPLETE"));
        activityFails(new IllegalStateException("another"));

        assertThat(lines(Level.WARN, "after it", null)).hasSize(4);
    }

    /** The filter knows the SDK's loggers by their names only. */
    @ParameterizedTest
    @CsvSource({
        "io.temporal.internal.activity.ActivityTaskExecutors, " + ToldFailures.ACTIVITIES,
        "io.temporal.internal.sync.WorkflowExecutionHandler, " + ToldFailures.WORKFLOWS
    })
    void theSdkWritesByTheLoggersThatAreFiltered(String writer, String name) throws ReflectiveOperationException {
        Field logger = Class.forName(writer).getDeclaredField("log");
        logger.setAccessible(true);

        assertThat(((org.slf4j.Logger) Objects.requireNonNull(logger.get(null))).getName())
                .isEqualTo(name);
    }

    /** By the logger of the process, as the filter itself does. */
    @Test
    void aRefusedWorkflowIsOneLineInTheFormOfARefusedRequest() {
        Logger ours = (Logger) LoggerFactory.getLogger(ToldFailures.class);
        ListAppender<ILoggingEvent> shown = new ListAppender<>();
        shown.start();
        ours.addAppender(shown);
        try {
            workflowFails(FinalFailure.of("field 'model': expected a text", FailureTypes.INVALID, "ModelArts.3502"));
            activityFails(FinalFailure.of("field 'model': expected a text", FailureTypes.INVALID, "ModelArts.3502"));
        } finally {
            ours.detachAppender(shown);
        }

        assertThat(shown.list)
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .isEqualTo(
                        "refused request=nightly-1 code=ModelArts.3502 workflow=RunBatch message=field 'model': expected a text");
        assertThat(folder.resolve("slipway.log")).isEmptyFile();
    }

    private void workflowFails(Exception failure) {
        context.getLogger(ToldFailures.WORKFLOWS)
                .warn(
                        "Workflow execution failure WorkflowId='{}', RunId={}, WorkflowType='{}'",
                        "nightly-1",
                        "a run",
                        "RunBatch",
                        failure);
    }

    private void activityFails(Exception failure) {
        context.getLogger(ToldFailures.ACTIVITIES)
                .warn("{} failure. ActivityId={}, activityType={}, attempt={}", "Activity", "1", "Accept", 1, failure);
    }

    @Test
    void aBugKeepsItsStack() throws IOException {
        assertThat(lines(Level.ERROR, "bug", new IllegalStateException("oh")))
                .anyMatch(line -> line.contains("at dev.slipway.standalone.log.LogLineTests"))
                .noneMatch(String::isBlank);
    }
}
