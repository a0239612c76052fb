package dev.slipway.api.service;

import dev.slipway.api.body.Sent;
import dev.slipway.api.body.SentAs;
import dev.slipway.api.body.SentBody;
import dev.slipway.api.event.EventPages;
import dev.slipway.api.query.ListQuery;
import dev.slipway.api.query.QueryParameters;
import dev.slipway.domain.access.Caller;
import dev.slipway.domain.service.Accepted;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.formats.service.CreateServiceReader;
import dev.slipway.formats.service.ServiceCreated;
import dev.slipway.formats.service.ServiceEventList;
import dev.slipway.formats.service.ServiceList;
import dev.slipway.formats.service.ServiceShown;
import dev.slipway.formats.service.ServiceUpdated;
import dev.slipway.formats.service.ServicesDeleted;
import dev.slipway.formats.service.UpdateRecords;
import dev.slipway.formats.service.UpdateServiceReader;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Services (wire contract 3). */
@RestController
@RequestMapping("/v1/{project_id}/services")
class ServiceController {

    private final ServiceCommands commands;
    private final ServiceStore services;
    private final EventPages events;
    private final ServiceBodies bodies;
    private final CreateServiceReader creations;
    private final UpdateServiceReader updates;

    ServiceController(
            ServiceCommands commands,
            ServiceStore services,
            EventPages events,
            ServiceBodies bodies,
            CreateServiceReader creations,
            UpdateServiceReader updates) {
        this.commands = commands;
        this.services = services;
        this.events = events;
        this.bodies = bodies;
        this.creations = creations;
        this.updates = updates;
    }

    @PostMapping
    ServiceCreated create(Caller caller, @SentAs(Sent.SERVICE) SentBody body) {
        Service service = commands.create(caller, creations.read(body.bytes()));
        return new ServiceCreated(service.id().value(), resources(service, service.publishedAt()));
    }

    @GetMapping
    ServiceList list(
            Caller caller,
            @QueryParameters({
                        "service_id",
                        "service_name",
                        "model_id",
                        "workspace_id",
                        "infer_type",
                        "status",
                        "sort_by",
                        "order",
                        "offset",
                        "limit"
                    })
                    ListQuery query) {
        ServiceStore.ServicePage page = ServiceQueries.services(query)
                .map(wanted -> services.list(caller.project(), wanted))
                .orElseGet(() -> new ServiceStore.ServicePage(List.of(), 0));
        return new ServiceList(page.total(), page.services().size(), bodies.items(page.services()));
    }

    @GetMapping("/{service_id}")
    ServiceShown show(Caller caller, @PathVariable("service_id") String id) {
        return bodies.show(commands.find(caller.project(), new ServiceId(id)));
    }

    @PutMapping("/{service_id}")
    ServiceUpdated update(
            Caller caller, @PathVariable("service_id") String id, @SentAs(Sent.SERVICE_CHANGE) SentBody body) {
        Service known = commands.find(caller.project(), new ServiceId(id));
        Accepted accepted =
                commands.by(caller.origin()).update(caller.project(), known.id(), updates.read(body.bytes()));
        return accepted.configChanged()
                ? new ServiceUpdated(accepted.at().toEpochMilli(), resources(accepted.service(), accepted.at()))
                : ServiceUpdated.unchanged();
    }

    @DeleteMapping("/{service_id}")
    ServicesDeleted delete(Caller caller, @PathVariable("service_id") String ids) {
        commands.by(caller.origin()).delete(caller.project(), named(ids));
        return new ServicesDeleted();
    }

    /** At least one. Blanks and commas alone name no service. */
    private static List<ServiceId> named(String ids) {
        List<ServiceId> named = Arrays.stream(ids.split(",", -1))
                .map(String::strip)
                .filter(id -> !id.isEmpty())
                .map(ServiceId::new)
                .distinct()
                .toList();
        return named.isEmpty() ? List.of(new ServiceId(ids)) : named;
    }

    @GetMapping("/{service_id}/events")
    ServiceEventList events(
            Caller caller,
            @PathVariable("service_id") String id,
            @QueryParameters({
                        "event_type",
                        "event_info",
                        "start_time",
                        "end_time",
                        "sort_by",
                        "order",
                        "offset",
                        "limit"
                    })
                    ListQuery query) {
        Service service = commands.find(caller.project(), new ServiceId(id));
        return new ServiceEventList(
                service.id().value(), service.name(), events.page(service.id().value(), query));
    }

    @GetMapping("/{service_id}/logs")
    UpdateRecords updateRecords(
            Caller caller, @PathVariable("service_id") String id, @QueryParameters("update_time") ListQuery query) {
        Service service = commands.find(caller.project(), new ServiceId(id));
        Instant wanted = query.instant("update_time");
        return new UpdateRecords(
                service.id().value(),
                service.name(),
                services.updateRecords(service.id()).stream()
                        .filter(record -> wanted == null || wanted.equals(record.acceptedAt()))
                        .map(bodies::updateRecord)
                        .toList());
    }

    private static List<String> resources(Service service, Instant at) {
        return List.of("INF-%s@%d".formatted(service.id().value().replace("-", ""), at.toEpochMilli()));
    }
}
