package dev.slipway.activities.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OrderedWorkTests {

    private final List<Integer> results = new ArrayList<>();
    private final CountDownLatch open = new CountDownLatch(1);

    private Callable<Integer> once(int result) {
        return () -> {
            open.await();
            return result;
        };
    }

    @Test
    void leavesOutWhatHasNotBegunWhenTimeIsUp() throws Exception {
        try (OrderedWork<Integer> work = new OrderedWork<>(9, Liveness.NONE, results::add)) {
            work.addDone(1);
            work.add(() -> 2, () -> false);
            work.add(once(3), () -> false);
            work.addDone(4);
            work.finish(() -> results.size() == 2);
        }

        assertThat(results).containsExactly(1, 2);
    }

    @Test
    void waitsForWhatHasBegunWhenTimeIsUp() throws Exception {
        try (OrderedWork<Integer> work = new OrderedWork<>(9, done -> open.countDown(), results::add)) {
            work.addDone(1);
            work.add(once(2), () -> true);
            work.add(() -> new CountDownLatch(1).await(1, TimeUnit.HOURS) ? 3 : 0, () -> false);
            work.finish(() -> true);
        }

        assertThat(results).containsExactly(1, 2);
    }

    @Test
    void handsOnOneResultAtLeast() throws Exception {
        try (OrderedWork<Integer> work = new OrderedWork<>(9, done -> open.countDown(), results::add)) {
            work.add(once(1), () -> false);
            work.finish(() -> true);
        }

        assertThat(results).containsExactly(1);
    }
}
