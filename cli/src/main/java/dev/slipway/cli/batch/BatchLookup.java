package dev.slipway.cli.batch;

import dev.slipway.cli.command.CommandFailure;
import dev.slipway.cli.command.Lookup;
import dev.slipway.client.SlipwayClient;
import dev.slipway.formats.service.ServiceShown;

/** Finds batch services by what a user calls them. */
final class BatchLookup {

    private BatchLookup() {}

    /** @param wanted an id or a name */
    static ServiceShown find(SlipwayClient client, String wanted) {
        ServiceShown service = new Lookup(client)
                .service(wanted)
                .orElseThrow(() ->
                        new CommandFailure("no service of this project has the id or the name '%s'".formatted(wanted)));
        if (!service.item().inferType().equals("batch")) {
            throw new CommandFailure("service '%s' is %s and has no task; './slipway logs %s' shows its events"
                    .formatted(
                            wanted, service.item().inferType(), service.item().serviceId()));
        }
        return service;
    }
}
