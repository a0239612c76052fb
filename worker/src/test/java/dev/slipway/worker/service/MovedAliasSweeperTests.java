package dev.slipway.worker.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelAlias;
import dev.slipway.domain.service.AliasUse;
import dev.slipway.domain.service.ModelReference;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.testing.service.InMemoryServiceStore;
import dev.slipway.testing.service.Services;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

class MovedAliasSweeperTests {

    private static final ModelAlias CHAMPION = ModelAlias.parse("iris@champion");

    private final InMemoryServiceStore services = new InMemoryServiceStore();
    private final ServiceCommands commands =
            new ServiceCommands(services, Services.pools(), woken -> {}, Clock.systemUTC());
    private final Model first = Services.published(Services.anyProject(), "iris", "0.0.1");
    private final Model second = Services.published(first.project(), "iris", "0.0.2");
    private boolean leads;

    private final MovedAliasSweeper sweeper = new MovedAliasSweeper(services, commands, () -> leads);

    @Test
    void tellsAServiceOfTheMoveAsSoonAsItCanBeUpdated() {
        services.put(first);
        services.put(second);
        services.moveAlias(CHAMPION, first);
        Service service = commands.create(
                Services.caller(first.project()),
                Services.creation(
                        "one",
                        Services.request(first.id(), 1, 100)
                                .withModel(ModelReference.of(new AliasUse(CHAMPION, true)))));
        services.moveAlias(CHAMPION, second);
        leads = true;

        sweeper.round();
        assertThat(services.find(service.id())).contains(service);

        services.change(service.id(), transaction -> {
            transaction.save(transaction
                    .service()
                    .withServing(service.asked(), Services.NOON)
                    .withNumbers(new Service.Numbers(1, 1, 1, 1))
                    .withState(ServiceState.RUNNING, Services.NOON));
            return true;
        });
        leads = false;
        sweeper.round();
        assertThat(services.find(service.id()).orElseThrow().state()).isEqualTo(ServiceState.RUNNING);
        leads = true;
        sweeper.round();

        Service updated = services.find(service.id()).orElseThrow();
        assertThat(updated.state()).isEqualTo(ServiceState.DEPLOYING);
        assertThat(updated.asked().entries().getFirst().model()).isEqualTo(second.id());
        assertThat(services.withMovedAlias(null, 10)).isEqualTo(List.of());
    }
}
