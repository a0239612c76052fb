package dev.slipway.api.service;

import dev.slipway.api.body.SentBody;
import dev.slipway.api.event.EventPages;
import dev.slipway.api.query.ListQuery;
import dev.slipway.domain.access.Caller;
import dev.slipway.domain.service.Accepted;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.formats.service.CreateServiceReader;
import dev.slipway.formats.service.UpdateServiceReader;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    Map<String, Object> create(Caller caller, SentBody body) {
        Service service = commands.create(caller, creations.read(body.bytes()));
        return Map.of("service_id", service.id().value(), "resource_ids", resources(service, service.publishedAt()));
    }

    @GetMapping
    Map<String, Object> list(Caller caller, ListQuery query) {
        ServiceStore.ServicePage page = ServiceQueries.services(query)
                .map(wanted -> services.list(caller.project(), wanted))
                .orElseGet(() -> new ServiceStore.ServicePage(List.of(), 0));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("total_count", page.total());
        body.put("count", page.services().size());
        body.put("services", page.services().stream().map(bodies::item).toList());
        return body;
    }

    @GetMapping("/{service_id}")
    Map<String, Object> show(Caller caller, @PathVariable("service_id") String id) {
        return bodies.show(commands.find(caller.project(), new ServiceId(id)));
    }

    @PutMapping("/{service_id}")
    Map<String, Object> update(Caller caller, @PathVariable("service_id") String id, SentBody body) {
        Service known = commands.find(caller.project(), new ServiceId(id));
        Accepted accepted = commands.update(caller.project(), known.id(), updates.read(body.bytes()));
        if (!accepted.configChanged()) {
            return Map.of();
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("update_time", accepted.at().toEpochMilli());
        answer.put("resource_ids", resources(accepted.service(), accepted.at()));
        return answer;
    }

    @DeleteMapping("/{service_ids}")
    Map<String, Object> delete(Caller caller, @PathVariable("service_ids") String ids) {
        commands.delete(
                caller.project(),
                Arrays.stream(ids.split(",", -1))
                        .map(String::strip)
                        .filter(id -> !id.isEmpty())
                        .map(ServiceId::new)
                        .distinct()
                        .toList());
        return Map.of();
    }

    @GetMapping("/{service_id}/events")
    Map<String, Object> events(Caller caller, @PathVariable("service_id") String id, ListQuery query) {
        Service service = commands.find(caller.project(), new ServiceId(id));
        return events.addTo(named(service), service.id().value(), query);
    }

    @GetMapping("/{service_id}/logs")
    Map<String, Object> updateRecords(Caller caller, @PathVariable("service_id") String id, ListQuery query) {
        Service service = commands.find(caller.project(), new ServiceId(id));
        Instant wanted = query.instant("update_time");
        Map<String, Object> body = named(service);
        body.put(
                "logs",
                services.updateRecords(service.id()).stream()
                        .filter(record -> wanted == null || wanted.equals(record.acceptedAt()))
                        .map(bodies::updateRecord)
                        .toList());
        return body;
    }

    private static Map<String, Object> named(Service service) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("service_id", service.id().value());
        body.put("service_name", service.name());
        return body;
    }

    private static List<String> resources(Service service, Instant at) {
        return List.of("INF-%s@%d".formatted(service.id().value().replace("-", ""), at.toEpochMilli()));
    }
}
