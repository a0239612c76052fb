package dev.slipway.activities.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OrderedWorkTests {

    private final List<Integer> results = new ArrayList<>();
    private final CountDownLatch open = new CountDownLatch(1);

    @Test
    void endsBeforeTheFirstCallThatIsLeftOut() throws Exception {
        try (OrderedWork<Integer> work = new OrderedWork<>(9, Liveness.NONE, results::add)) {
            work.addDone(1);
            work.add(() -> 2);
            work.add(() -> {
                open.await();
                return null;
            });
            work.add(() -> 4);
            work.add(() -> new CountDownLatch(1).await(1, TimeUnit.HOURS) ? 5 : 0);
            open.countDown();
            work.finish();

            assertThat(work.add(() -> 6)).isFalse();
            assertThat(work.addDone(7)).isFalse();
            work.finish();
        }

        assertThat(results).containsExactly(1, 2);
    }

    @Test
    void addsNothingAfterACallThatWasLeftOut() throws Exception {
        try (OrderedWork<Integer> work = new OrderedWork<>(2, Liveness.NONE, results::add)) {
            work.addDone(1);
            work.add(() -> null);
            work.add(() -> 3);

            assertThat(work.addDone(4)).isFalse();
        }

        assertThat(results).containsExactly(1);
    }

    @Test
    void reportsWhatIsCompletedButNotWhatIsLeftOut() throws Exception {
        List<Long> told = new ArrayList<>();
        try (OrderedWork<Integer> work = new OrderedWork<>(9, told::add, results::add)) {
            work.addDone(1);
            work.addDone(2);
            work.add(() -> null);
            work.finish();
        }

        assertThat(told).allMatch(count -> count <= 2).endsWith(2L);
    }

    @Test
    void waitsForAnEarlierCall() throws Exception {
        try (OrderedWork<Integer> work = new OrderedWork<>(9, done -> open.countDown(), results::add)) {
            work.add(() -> {
                open.await();
                return 1;
            });
            work.add(() -> 2);
            work.finish();
        }

        assertThat(results).containsExactly(1, 2);
    }
}
