package dev.slipway.domain.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Unavailable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LoginBudgetTests {

    private static final String ADMIN = "admin";
    private static final String HERE = "10.0.0.1";
    private static final String ELSEWHERE = "10.0.0.2";

    private final SteppedClock clock = new SteppedClock();
    private final LoginBudget budget = new LoginBudget(clock, 1);

    @Test
    void putsOffTheFourthWrongPasswordOfANameFromASourceLongerEachTime() {
        for (int i = 0; i < 3; i++) {
            assertThat(wrong(ADMIN, HERE)).isFalse();
        }
        assertThat(wrong(ADMIN, HERE)).isFalse();
        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            assertPutOff(ADMIN, HERE, Duration.ofSeconds(seconds));
            clock.pass(Duration.ofSeconds(seconds));
            assertThat(wrong(ADMIN, HERE)).isFalse();
        }
    }

    @Test
    void takesTheRightPasswordAtOnceFromElsewhereAndAfterTheDelayFromHere() {
        for (int i = 0; i < 4; i++) {
            wrong(ADMIN, HERE);
        }
        assertThat(right(ADMIN, ELSEWHERE)).isTrue();
        assertPutOff(ADMIN, HERE, Duration.ofSeconds(1));

        clock.pass(Duration.ofSeconds(1));
        assertThat(right(ADMIN, HERE)).isTrue();
        assertThat(wrong(ADMIN, HERE)).as("begins anew after the right one").isFalse();
        assertThat(right(ADMIN, HERE)).isTrue();
    }

    @Test
    void putsOffAGuessAtWhatWasVerifiedAMomentAgo() {
        for (int i = 0; i < 4; i++) {
            wrong(ADMIN, HERE);
        }
        assertThatExceptionOfType(Unavailable.class)
                .isThrownBy(() -> budget.check(ADMIN, HERE, () -> true, () -> true));
    }

    @Test
    void putsOffASourceThatIsWrongWithManyNames() {
        for (int i = 0; i < 21; i++) {
            assertThat(wrong("user" + i, HERE)).isFalse();
        }
        assertPutOff("another", HERE, Duration.ofSeconds(1));
        assertThat(right("another", ELSEWHERE)).isTrue();
        assertThat(budget.check(ADMIN, HERE, () -> true, () -> true))
                .as("verified a moment ago")
                .isTrue();
    }

    @Test
    void forgetsAfterAQuarterOfAnHour() {
        for (int i = 0; i < 6; i++) {
            wrong(ADMIN, HERE);
            clock.pass(Duration.ofSeconds(60));
        }
        clock.pass(Duration.ofMinutes(15));

        assertThat(wrong(ADMIN, HERE)).isFalse();
        assertThat(wrong(ADMIN, HERE)).isFalse();
    }

    @Test
    void remembersNoMoreThanSoMany() {
        LoginDelays delays =
                new LoginDelays(new LoginDelays.Rule(0, Duration.ofSeconds(1), Duration.ofSeconds(1)), clock);
        for (int i = 0; i < LoginDelays.REMEMBERED + 50; i++) {
            delays.failed("key" + i);
        }
        assertThat(delays.size()).isEqualTo(LoginDelays.REMEMBERED);
    }

    @Test
    @Timeout(30)
    void checksOneOfASourceAndFewInAllAtATime() throws Exception {
        LoginBudget two = new LoginBudget(clock, 2);
        Checks checks = new Checks();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> answers = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                String source = "10.0.0." + i % 4;
                answers.add(threads.submit(() -> two.check("user", source, () -> false, () -> checks.run(source))));
            }
            for (Future<Boolean> answer : answers) {
                assertThat(answer.get()).isTrue();
            }
        }
        assertThat(checks.mostOfASource).isEqualTo(1);
        assertThat(checks.most).isLessThanOrEqualTo(2);
        assertThat(checks.all).isEqualTo(12);
    }

    @Test
    @Timeout(30)
    void tellsTheRestOfACrowdToComeBackAndLetsOthersIn() throws Exception {
        CountDownLatch hold = new CountDownLatch(1);
        CountDownLatch refused = new CountDownLatch(100 - 64);
        AtomicInteger slow = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> crowd = new ArrayList<>();
            LoginBudget two = new LoginBudget(clock, 2);
            for (int i = 0; i < 100; i++) {
                String name = "user" + i;
                crowd.add(threads.submit(() -> {
                    try {
                        return two.check(name, HERE, () -> false, () -> awaits(hold, slow));
                    } catch (Unavailable e) {
                        assertThat(e.code()).isEqualTo(ErrorCode.THROTTLED);
                        refused.countDown();
                        return false;
                    }
                }));
            }
            refused.await();
            assertThat(two.check(ADMIN, ELSEWHERE, () -> false, () -> true)).isTrue();
            assertThat(two.check("verified", HERE, () -> true, () -> false)).isTrue();
            hold.countDown();
            for (Future<Boolean> one : crowd) {
                one.get();
            }
        }
        assertThat(slow.get()).isEqualTo(64);
    }

    private static boolean awaits(CountDownLatch latch, AtomicInteger counter) {
        try {
            counter.incrementAndGet();
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean wrong(String name, String source) {
        return budget.check(name, source, () -> false, () -> false);
    }

    private boolean right(String name, String source) {
        return budget.check(name, source, () -> false, () -> true);
    }

    private void assertPutOff(String name, String source, Duration delay) {
        assertThatExceptionOfType(Unavailable.class)
                .isThrownBy(() -> right(name, source))
                .withMessageContaining("in %d s".formatted(delay.toSeconds()))
                .satisfies(e -> assertThat(e.retryAfter()).isEqualTo(delay))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.THROTTLED));
    }

    /** Counts who is inside at the same time. */
    private static final class Checks {
        private final List<String> inside = new ArrayList<>();
        private int all;
        private int most;
        private int mostOfASource;

        boolean run(String source) {
            synchronized (this) {
                all++;
                inside.add(source);
                most = Math.max(most, inside.size());
                mostOfASource = Math.max(mostOfASource, (int)
                        inside.stream().filter(source::equals).count());
            }
            LockSupport.parkNanos(2_000_000); // the time that a check takes
            synchronized (this) {
                inside.remove(source);
            }
            return true;
        }
    }

    private static final class SteppedClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
