package dev.slipway.standalone.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void aBugKeepsItsStack() throws IOException {
        assertThat(lines(Level.ERROR, "bug", new IllegalStateException("oh")))
                .anyMatch(line -> line.contains("at dev.slipway.standalone.log.LogLineTests"))
                .noneMatch(String::isBlank);
    }
}
