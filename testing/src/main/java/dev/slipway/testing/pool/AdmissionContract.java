package dev.slipway.testing.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.pool.Admission;
import dev.slipway.domain.pool.Claim;
import dev.slipway.domain.pool.Flavor;
import dev.slipway.domain.pool.Grant;
import dev.slipway.domain.pool.Holder;
import dev.slipway.domain.pool.Pool;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NoCapacity;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every {@link Admission} does: run against the fake and against PostgreSQL. */
public abstract class AdmissionContract {

    private static final String FLAVOR = "modelarts.vm.cpu.2u";
    private static final int SLOTS = 4;

    private final String pool = "pool-" + UUID.randomUUID();

    /** The admission to test, with these pools; called again, the same one with other settings. */
    protected abstract Admission admission(Pools pools);

    /** A holder that wants slots until {@link #loseInterest}. */
    protected abstract Holder newHolder();

    protected abstract void loseInterest(Holder holder);

    @Test
    void grantsWhatThereIsRoomFor() {
        Admission admission = admission();
        Holder holder = newHolder();

        assertThat(admission.standing(holder)).isEqualTo(new Grant.None());
        assertThat(claim(admission, holder, 3)).isEqualTo(new Grant.Granted(3));
        assertThat(claim(admission, holder, 3)).isEqualTo(new Grant.Granted(3));
        assertThat(admission.free(pool, FLAVOR)).isEqualTo(1);
    }

    @Test
    void refusesWhatThePoolNeverHas() {
        assertThatExceptionOfType(NoCapacity.class)
                .isThrownBy(() -> claim(admission(), newHolder(), SLOTS + 1))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_RESOURCES))
                .withMessageContaining("4")
                .withMessageContaining("5");
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> admission().claim(new Claim(newHolder(), pool, "gpu", 1, 2, "service/x")))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FLAVOR_UNKNOWN));
    }

    @Test
    void letsNobodyOvertake() {
        Admission admission = admission();
        Holder first = newHolder();
        Holder large = newHolder();
        Holder small = newHolder();
        claim(admission, first, 3);

        assertThat(claim(admission, large, 2)).isInstanceOfSatisfying(Grant.Waiting.class, waiting -> {
            assertThat(waiting.position()).isEqualTo(1);
            assertThat(waiting.wanted()).isEqualTo(2);
            assertThat(waiting.free()).isEqualTo(1);
        });
        assertThat(claim(admission, small, 1))
                .isInstanceOfSatisfying(Grant.Waiting.class, waiting -> assertThat(waiting.position())
                        .isEqualTo(2));

        assertThat(admission.release(first)).containsExactly(wakes(large), wakes(small));
        assertThat(admission.standing(large)).isEqualTo(new Grant.Granted(2));
        assertThat(admission.standing(small)).isEqualTo(new Grant.Granted(1));
    }

    @Test
    void servesAHigherPriorityFirst() {
        Admission admission = admission();
        Holder holding = newHolder();
        Holder early = newHolder();
        Holder important = newHolder();
        claim(admission, holding, SLOTS);
        claim(admission, early, SLOTS);
        admission.claim(new Claim(important, pool, FLAVOR, SLOTS, 3, wakes(important)));

        assertThat(admission.standing(early))
                .isInstanceOfSatisfying(Grant.Waiting.class, waiting -> assertThat(waiting.position())
                        .isEqualTo(2));
        assertThat(admission.release(holding)).containsExactly(wakes(important));
    }

    @Test
    void letsAHolderThatWantsMoreKeepWhatItHasAndQueue() {
        Admission admission = admission();
        Holder growing = newHolder();
        Holder waiting = newHolder();
        claim(admission, growing, 2);
        claim(admission, waiting, 3);

        assertThat(claim(admission, growing, 4))
                .isInstanceOfSatisfying(Grant.Waiting.class, grant -> assertThat(grant.position())
                        .isEqualTo(2));
        assertThat(admission.free(pool, FLAVOR)).isEqualTo(2);
        assertThat(claim(admission, growing, 1)).isEqualTo(new Grant.Granted(1));
        assertThat(admission.standing(waiting)).isEqualTo(new Grant.Granted(3));
    }

    @Test
    void wakesTheGrantedUntilTheyClaimAgain() {
        Admission admission = admission();
        Holder first = newHolder();
        Holder second = newHolder();
        claim(admission, first, SLOTS);
        claim(admission, second, 1);
        assertThat(admission.grantWaiting()).doesNotContain(wakes(first), wakes(second));

        admission.release(first);
        assertThat(admission.standing(second)).isEqualTo(new Grant.Granted(1));
        assertThat(admission.grantWaiting()).contains(wakes(second));
        assertThat(admission.grantWaiting()).contains(wakes(second));
        claim(admission, second, 1);
        assertThat(admission.grantWaiting()).doesNotContain(wakes(second));
    }

    @Test
    void passesOverWhoLostInterest() {
        Admission admission = admission();
        Holder holding = newHolder();
        Holder gone = newHolder();
        Holder next = newHolder();
        claim(admission, holding, SLOTS);
        claim(admission, gone, SLOTS);
        claim(admission, next, 1);

        assertThat(admission.unwanted()).doesNotContain(holding, gone, next);
        loseInterest(gone);
        assertThat(admission.unwanted()).contains(gone).doesNotContain(holding, next);
        assertThat(admission.release(holding)).containsExactly(wakes(next));
    }

    @Test
    void releasesTheUnwantedOnly() {
        Admission admission = admission();
        Holder holder = newHolder();
        Holder next = newHolder();
        claim(admission, holder, SLOTS);
        claim(admission, next, 1);

        assertThat(admission.releaseUnwanted(holder)).isEmpty();
        assertThat(admission.standing(holder)).isEqualTo(new Grant.Granted(SLOTS));
        loseInterest(holder);
        assertThat(admission.releaseUnwanted(holder)).containsExactly(wakes(next));
        assertThat(admission.standing(holder)).isEqualTo(new Grant.None());
    }

    @Test
    void evictsNobodyWhenThePoolShrinks() {
        Admission admission = admission();
        Holder holder = newHolder();
        claim(admission, holder, 3);

        Admission smaller = admission(pools(1));
        assertThat(smaller.standing(holder)).isEqualTo(new Grant.Granted(3));
        assertThat(smaller.free(pool, FLAVOR)).isEqualTo(-2);
        assertThat(claim(smaller, holder, 3)).isEqualTo(new Grant.Granted(3));
        Holder other = newHolder();
        assertThat(claim(smaller, other, 1)).isInstanceOf(Grant.Waiting.class);
        assertThat(smaller.release(holder)).containsExactly(wakes(other));
    }

    @Test
    void forgetsAFlavorThatLeftTheSettingsOnceNobodyHasAClaimOnIt() {
        Pools others = new Pools(List.of(new Pool("another-" + pool, List.of())));
        Holder holder = newHolder();
        Holder late = newHolder();
        claim(admission(), holder, 3);

        Admission without = admission(others);
        assertThat(without.standing(holder)).isEqualTo(new Grant.Granted(3));
        assertThatExceptionOfType(NoCapacity.class).isThrownBy(() -> claim(without, late, 1));

        without.release(holder);
        Admission afterwards = admission(others);
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> claim(afterwards, late, 1))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FLAVOR_UNKNOWN));
        assertThat(claim(admission(), late, 1)).isEqualTo(new Grant.Granted(1));
    }

    @Test
    void givesBackAllOfAPrefixAndNothingTwice() {
        Admission admission = admission();
        Holder holder = newHolder();
        Holder waiting = newHolder();
        claim(admission, holder, SLOTS);
        claim(admission, waiting, 1);
        String prefix = holder.value().substring(0, holder.value().lastIndexOf('/') + 1);

        assertThat(admission.releaseAll(prefix)).containsExactly(wakes(waiting));
        assertThat(admission.releaseAll(prefix)).isEmpty();
        assertThat(admission.release(holder)).isEmpty();
    }

    @Test
    void neverGrantsMoreThanThereIsThoughManyClaimAtOnce() throws InterruptedException, ExecutionException {
        Admission admission = admission();
        List<Holder> holders = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            holders.add(newHolder());
        }
        try (ExecutorService executor = Executors.newFixedThreadPool(12)) {
            List<Future<Grant>> grants = new ArrayList<>();
            holders.forEach(holder -> grants.add(executor.submit(() -> claim(admission, holder, 1))));
            for (Future<Grant> grant : grants) {
                grant.get();
            }
        }
        assertThat(holders.stream().filter(holder -> admission.standing(holder) instanceof Grant.Granted))
                .hasSize(SLOTS);
        assertThat(admission.free(pool, FLAVOR)).isZero();
    }

    private Admission admission() {
        return admission(pools(SLOTS));
    }

    private Pools pools(int slots) {
        Flavor flavor = new Flavor(FLAVOR, 2, 8192, "CPU");
        return new Pools(List.of(new Pool(pool, List.of(new Pool.PoolFlavor(flavor, slots)))));
    }

    private Grant claim(Admission admission, Holder holder, int count) {
        return admission.claim(new Claim(holder, pool, FLAVOR, count, 2, wakes(holder)));
    }

    private static String wakes(Holder holder) {
        String[] parts = holder.value().split("/", -1);
        return parts[0] + "/" + parts[1];
    }
}
