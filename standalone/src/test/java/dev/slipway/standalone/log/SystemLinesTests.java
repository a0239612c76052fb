package dev.slipway.standalone.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.slipway.domain.model.ModelCommands;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SystemLinesTests {

    private final Logger logger = (Logger) LoggerFactory.getLogger(ModelCommands.class);
    private final ListAppender<ILoggingEvent> shown = new ListAppender<>();

    @BeforeEach
    void listen() {
        shown.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(shown);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(shown);
        logger.setLevel(null);
    }

    /** As the commands of the domain do, which knows no library of logging. */
    @Test
    void whatTheDomainLogsReachesTheLog() {
        System.Logger ofTheDomain = System.getLogger(ModelCommands.class.getName());

        ofTheDomain.log(System.Logger.Level.INFO, "accepted model={0} user={1}", "m", "alice");
        ofTheDomain.log(System.Logger.Level.WARNING, "wake failed", new IllegalStateException("no Temporal"));
        ofTheDomain.log(System.Logger.Level.DEBUG, "not shown");

        assertThat(shown.list)
                .extracting(line -> line.getLevel() + " " + line.getFormattedMessage())
                .containsExactly("INFO accepted model=m user=alice", "WARN wake failed");
        assertThat(shown.list.getLast().getThrowableProxy().getMessage()).isEqualTo("no Temporal");
    }
}
