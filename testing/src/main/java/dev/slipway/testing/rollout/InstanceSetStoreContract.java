package dev.slipway.testing.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.service.InstanceSetStore;
import dev.slipway.domain.service.InstanceSetStore.WantedSet;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.testing.instance.Templates;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every {@link InstanceSetStore} does. */
public abstract class InstanceSetStoreContract {

    protected abstract InstanceSetStore store();

    /** A service that exists. */
    protected abstract ServiceId service();

    @Test
    void givesBackWhatItWasTold() {
        ServiceId service = service();
        InstanceTemplate template =
                Templates.withEnvs(Templates.labelled("iris 0.0.1"), Map.of("THRESHOLD", "0.5", "NAME", "鸢尾 \"iris\""));
        InstanceSet set = new InstanceSet(id("a"), template);

        store().want(service, set, 3);

        assertThat(store().of(service)).containsExactly(new WantedSet(service, set, 3));
        assertThat(store().all()).contains(new WantedSet(service, set, 3));
    }

    @Test
    void changesTheCountAndNeverTheTemplate() {
        ServiceId service = service();
        InstanceSet set = new InstanceSet(id("a"), Templates.labelled("iris 0.0.1"));
        store().want(service, set, 3);

        store().want(service, new InstanceSet(set.id(), Templates.labelled("iris 0.0.2")), 0);

        assertThat(store().of(service)).containsExactly(new WantedSet(service, set, 0));
    }

    @Test
    void forgetsOnceHoweverOftenItIsTold() {
        ServiceId service = service();
        InstanceSet one = new InstanceSet(id("a"), Templates.labelled("iris 0.0.1"));
        InstanceSet other = new InstanceSet(id("b"), Templates.labelled("iris 0.0.1"));
        store().want(service, one, 1);
        store().want(service, other, 2);

        store().forget(one.id());
        store().forget(one.id());

        assertThat(store().of(service)).containsExactly(new WantedSet(service, other, 2));
    }

    @Test
    void tellsServicesApartAndOrdersById() {
        ServiceId service = service();
        ServiceId neighbour = service();
        InstanceTemplate template = Templates.labelled("iris 0.0.1");
        String mark = UUID.randomUUID().toString();
        store().want(service, new InstanceSet(new InstanceSetId(mark + "-c"), template), 1);
        store().want(neighbour, new InstanceSet(new InstanceSetId(mark + "-b"), template), 1);
        store().want(service, new InstanceSet(new InstanceSetId(mark + "-a"), template), 1);

        assertThat(store().of(service))
                .extracting(row -> row.set().id().value())
                .containsExactly(mark + "-a", mark + "-c");
        assertThat(store().all())
                .extracting(row -> row.set().id().value())
                .filteredOn(id -> id.startsWith(mark))
                .containsExactly(mark + "-a", mark + "-b", mark + "-c");
    }

    private static InstanceSetId id(String name) {
        return new InstanceSetId(UUID.randomUUID() + "-" + name);
    }
}
