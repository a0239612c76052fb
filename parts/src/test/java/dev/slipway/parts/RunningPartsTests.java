package dev.slipway.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunningPartsTests {

    private final BlockingQueue<String> notices = new LinkedBlockingQueue<>();

    /** A part without a process. */
    private static final class TestingPart implements Part {
        private final String name;
        private final CountDownLatch logLimited = new CountDownLatch(2);
        private volatile boolean alive;
        private volatile @Nullable Throwable next;

        TestingPart(String name) {
            this.name = name;
        }

        /** The next question or start fails with this. */
        void failNext(Throwable failure) {
            next = failure;
        }

        void die() {
            alive = false;
        }

        private void failIfOrdered() {
            Throwable failure = next;
            next = null;
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof RuntimeException runtime) {
                throw runtime;
            }
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String address() {
            return "127.0.0.1:1";
        }

        @Override
        public void start() {
            failIfOrdered();
            alive = true;
        }

        @Override
        public boolean isAlive() {
            failIfOrdered();
            return alive;
        }

        @Override
        public boolean isHealthy() {
            return alive;
        }

        @Override
        public void limitLog() {
            logLimited.countDown();
        }

        @Override
        public void stop() {
            alive = false;
        }
    }

    private final TestingPart one = new TestingPart("one");
    private final TestingPart other = new TestingPart("other");

    private RunningParts start() {
        return RunningParts.start(List.of(one, other), notices::add);
    }

    private void awaitNotice(String text) throws InterruptedException {
        String found;
        do {
            found = notices.poll(20, TimeUnit.SECONDS);
            assertThat(found).as("a notice with '%s'", text).isNotNull();
        } while (!found.contains(text));
    }

    @Test
    void startsAllAndStopsThemAtItsEnd() {
        try (RunningParts parts = start()) {
            assertThat(parts.parts()).allMatch(Part::isAlive);
        }
        assertThat(List.of(one, other)).noneMatch(Part::isAlive);
    }

    @Test
    void stopsTheOthersWhenOneCannotBeStarted() {
        other.failNext(new PartFailure("other", "its port is in use"));

        assertThatExceptionOfType(PartFailure.class)
                .isThrownBy(this::start)
                .withMessage("part 'other': its port is in use");
        assertThat(one.isAlive()).isFalse();
    }

    @Test
    void startsOneThatDiedAgain() throws InterruptedException {
        try (RunningParts parts = start()) {
            one.die();
            awaitNotice("part 'one' died, starting it again");
            awaitNotice("part 'one' is back");
            assertThat(parts.parts()).allMatch(Part::isAlive);
        }
    }

    @Test
    void limitsTheirLogsWhileTheyRun() throws InterruptedException {
        try (RunningParts parts = start()) {
            assertThat(parts.parts()).hasSize(2);
            assertThat(one.logLimited.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(other.logLimited.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Whatever fails: without the watch nothing that dies comes back. */
    @Test
    void goesOnWatchingAfterAnyFailure() throws InterruptedException {
        try (RunningParts parts = start()) {
            one.failNext(new NoClassDefFoundError("gone"));
            awaitNotice("gone");
            one.failNext(new IllegalStateException("odd"));
            awaitNotice("odd");
            one.die();
            awaitNotice("part 'one' is back");
            assertThat(parts.parts()).allMatch(Part::isAlive);
        }
    }
}
