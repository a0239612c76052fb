package dev.slipway.worker.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.SetOwner;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.pool.Admission;
import dev.slipway.domain.pool.Claim;
import dev.slipway.domain.pool.Grant;
import dev.slipway.domain.pool.Holder;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.testing.fault.Interruption;
import dev.slipway.testing.instance.InMemoryInstanceSetStore;
import dev.slipway.testing.instance.Templates;
import dev.slipway.testing.pool.InMemoryAdmission;
import dev.slipway.testing.service.InMemoryServiceStore;
import dev.slipway.testing.service.MovingClock;
import dev.slipway.testing.service.Services;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SlotSweeperTests {

    private static final int SLOTS = 2;

    private final MovingClock clock = new MovingClock(Services.NOON);
    private final InMemoryServiceStore services = new InMemoryServiceStore();
    private final InMemoryInstanceSetStore sets = new InMemoryInstanceSetStore();
    private final Model model = Services.published(Services.anyProject(), "iris", "0.0.1");
    private final ServiceCommands commands = new ServiceCommands(services, Services.pools(), lost -> {}, clock);
    private final List<String> woken = new ArrayList<>();
    private final InMemoryAdmission admission = new InMemoryAdmission(Services.pools(SLOTS), clock, this::stillWants);
    private final SlotSweeper sweeper = new SlotSweeper(admission, services, sets, woken::add, () -> true, clock);

    SlotSweeperTests() {
        services.put(model);
    }

    private boolean stillWants(Holder holder) {
        ServiceId id = new ServiceId(holder.value().split("/", -1)[1]);
        return services.find(id).filter(Service::wantsInstances).isPresent();
    }

    private ServiceId created(String name) {
        return commands.create(
                        Services.caller(model.project()), Services.creation(name, Services.request(model.id(), 1, 100)))
                .id();
    }

    private static Holder holder(ServiceId id) {
        return new Holder("service/%s/%s/%s".formatted(id, Services.POOL, Services.FLAVOR));
    }

    private Grant claim(ServiceId id, int count) {
        return admission.claim(new Claim(holder(id), Services.POOL, Services.FLAVOR, count, 2, "service/" + id));
    }

    private void fail(ServiceId id) {
        services.change(id, transaction -> {
            transaction.save(transaction.service().settledDown(1, ServiceState.FAILED, "broken", clock.instant()));
            return true;
        });
    }

    @Test
    void givesBackWhatAFailedServiceLeftAndWakesTheFirstWhoWaits() {
        ServiceId failed = created("failed");
        ServiceId waiting = created("waiting");
        claim(failed, SLOTS);
        claim(waiting, 1);
        fail(failed);

        sweeper.round();
        assertThat(admission.standing(holder(failed))).isInstanceOf(Grant.None.class);
        assertThat(woken).containsExactly("service/" + waiting);
    }

    @Test
    void keepsSlotsWhileASetIsThere() {
        ServiceId failed = created("failed");
        claim(failed, SLOTS);
        InstanceSetId set = new InstanceSetId("service-%s-g1-e0".formatted(failed));
        sets.want(SetOwner.service(failed.value()), new InstanceSet(set, Templates.labelled("iris 0.0.1")), 1);
        fail(failed);
        sweeper.round();
        assertThat(admission.standing(holder(failed))).isEqualTo(new Grant.Granted(SLOTS));

        sets.forget(set);
        sweeper.round();
        assertThat(admission.standing(holder(failed))).isInstanceOf(Grant.None.class);
    }

    @Test
    void keepsWhatAServiceStillWants() {
        ServiceId id = created("one");
        claim(id, 1);
        sweeper.round();
        assertThat(admission.standing(holder(id))).isEqualTo(new Grant.Granted(1));
        assertThat(woken).isEmpty();
    }

    /** Between the question who wants none and the release, an import may have begun that claims under the same name. */
    @Test
    void keepsWhatIsWantedAgainBeforeItGivesItBack() {
        AtomicBoolean wanted = new AtomicBoolean();
        Holder holder = new Holder("model/m-1");
        InMemoryAdmission kept = new InMemoryAdmission(Services.pools(SLOTS), clock, any -> wanted.get());
        kept.claim(new Claim(holder, Services.POOL, Services.FLAVOR, 1, 2, "model/m-1"));
        Object late = Interruption.before(
                kept, Admission.class, call -> wanted.compareAndSet(false, call.startsWith("release")));

        new SlotSweeper((Admission) late, services, sets, woken::add, () -> true, clock).round();

        assertThat(wanted).isTrue();
        assertThat(kept.standing(holder)).isEqualTo(new Grant.Granted(1));
    }

    @Test
    void wakesUntilTheWaiterHasClaimedAgain() {
        ServiceId first = created("first");
        ServiceId waiting = created("waiting");
        claim(first, SLOTS);
        claim(waiting, 1);
        admission.release(holder(first));

        sweeper.round();
        sweeper.round();
        assertThat(woken).hasSize(1);
        clock.pass(Duration.ofSeconds(2));
        sweeper.round();
        assertThat(woken).hasSize(2);

        claim(waiting, 1);
        clock.pass(Duration.ofMinutes(2));
        sweeper.round();
        assertThat(woken).hasSize(2);
    }
}
