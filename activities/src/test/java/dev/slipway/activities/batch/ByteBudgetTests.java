package dev.slipway.activities.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.slipway.testing.instance.Await;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ByteBudgetTests {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ByteBudget budget = new ByteBudget(100);
    private final List<String> taken = new CopyOnWriteArrayList<>();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void givesAsMuchAsThereIs() throws Exception {
        ByteBudget.Share first = budget.take(60, Liveness.NONE);
        ByteBudget.Share second = budget.take(40, Liveness.NONE);
        assertThat(budget.held()).isEqualTo(100);
        first.close();
        first.close(); // twice is once
        assertThat(budget.held()).isEqualTo(40);
        second.close();
        assertThat(budget.held()).isZero();
        assertThat(budget.mostHeld()).isEqualTo(100);
    }

    @Test
    void letsOneThatIsLargerThanAllGoAlone() throws Exception {
        ByteBudget.Share small = budget.take(1, Liveness.NONE);
        Future<ByteBudget.Share> large = threads.submit(() -> budget.take(1_000, Liveness.NONE));
        Await.until("the large one waits", () -> budget.waiting() == 1, budget::waiting);
        small.close();
        ByteBudget.Share all = large.get(10, TimeUnit.SECONDS);
        assertThat(budget.held()).isEqualTo(100);
        Future<ByteBudget.Share> next = threads.submit(() -> budget.take(1, Liveness.NONE));
        Await.until("the next waits", () -> budget.waiting() == 1, budget::waiting);
        assertThat(next.isDone()).isFalse();
        all.close();
        next.get(10, TimeUnit.SECONDS).close();
    }

    @Test
    void keepsTheOrderOfAskingSoThatALargeOneIsNotPassedForEver() throws Exception {
        ByteBudget.Share held = budget.take(50, Liveness.NONE);
        Future<?> large = threads.submit(() -> take("large", 95));
        Await.until("the large one waits", () -> budget.waiting() == 1, budget::waiting);
        Future<?> small =
                threads.submit(() -> take("small", 10)); // would fit beside what is held, not beside the large one
        Await.until("the small one waits behind it", () -> budget.waiting() == 2, budget::waiting);
        assertThat(taken).isEmpty();
        held.close();
        large.get(10, TimeUnit.SECONDS);
        small.get(10, TimeUnit.SECONDS);
        assertThat(taken).containsExactly("large", "small");
    }

    private Void take(String name, long bytes) throws InterruptedException {
        ByteBudget.Share share = budget.take(bytes, Liveness.NONE);
        taken.add(name);
        share.close();
        return null;
    }

    @Test
    void letsNobodyWaitForOneThatHasGivenUp() throws Exception {
        ByteBudget.Share held = budget.take(50, Liveness.NONE);
        Future<?> large = threads.submit(() -> take("large", 80));
        Await.until("the large one waits", () -> budget.waiting() == 1, budget::waiting);
        Future<?> small = threads.submit(() -> take("small", 10));
        large.cancel(true);
        small.get(10, TimeUnit.SECONDS);
        held.close();
        assertThat(taken).containsExactly("small");
    }

    @Test
    void endsTheWaitOfWorkThatIsCancelled() throws Exception {
        ByteBudget.Share held = budget.take(100, Liveness.NONE);
        Liveness cancelled = done -> {
            throw new IllegalStateException("cancelled");
        };
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> budget.take(1, cancelled));
        assertThat(budget.waiting()).isZero();
        held.close();
        assertThat(budget.held()).isZero();
    }

    @Test
    void usesPiecesAgainOnlyWhenTheyWereGivenForIt() throws Exception {
        ByteBudget large = new ByteBudget(10L * ByteBudget.PIECE);
        ByteBudget.Share cut = large.takePieces(ByteBudget.PIECE, Liveness.NONE);
        byte[] mayStillBeRead = cut.piece();
        cut.close();
        ByteBudget.Share whole = large.takePieces(ByteBudget.PIECE, Liveness.NONE);
        byte[] piece = whole.piece();
        whole.reuse();
        whole.close();
        ByteBudget.Share next = large.takePieces(2L * ByteBudget.PIECE, Liveness.NONE);

        assertThat(next.piece()).isSameAs(piece);
        assertThat(next.piece()).isNotSameAs(mayStillBeRead).isNotSameAs(piece);
        next.close();
    }

    @Test
    void usesPiecesAgainAlsoWhenAllIsHeld() throws Exception {
        ByteBudget large = new ByteBudget(3L * ByteBudget.PIECE);
        ByteBudget.Share other = large.takePieces(ByteBudget.PIECE, Liveness.NONE);
        ByteBudget.Share first = large.takePieces(2L * ByteBudget.PIECE, Liveness.NONE);
        List<byte[]> pieces = List.of(first.piece(), first.piece());
        first.reuse();
        first.close();

        ByteBudget.Share next = large.takePieces(2L * ByteBudget.PIECE, Liveness.NONE);
        assertThat(List.of(next.piece(), next.piece())).containsExactlyInAnyOrderElementsOf(pieces);
        other.close();
        next.close();
    }

    @Test
    void keepsNoPiecesBeyondTheBudget() throws Exception {
        ByteBudget large = new ByteBudget(3L * ByteBudget.PIECE);
        ByteBudget.Share one = large.takePieces(ByteBudget.PIECE, Liveness.NONE);
        ByteBudget.Share two = large.takePieces(2L * ByteBudget.PIECE, Liveness.NONE);
        byte[] dropped = two.piece();
        byte[] kept = two.piece();
        two.reuse();
        two.close();
        ByteBudget.Share text = large.take(ByteBudget.PIECE, Liveness.NONE); // room for one piece is left

        ByteBudget.Share next = large.takePieces(ByteBudget.PIECE, Liveness.NONE);
        assertThat(next.piece()).isSameAs(kept);
        assertThat(next.piece()).isNotSameAs(dropped);
        List.of(one, text, next).forEach(ByteBudget.Share::close);
    }

    @Test
    void refusesABudgetOfNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ByteBudget(0)).withMessageContaining("found 0");
    }
}
