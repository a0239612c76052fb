package dev.slipway.standalone.command;

import dev.slipway.formats.service.ServiceItem;
import dev.slipway.formats.service.ServiceTask;
import java.util.ArrayList;
import java.util.List;

/** What {@code status} prints of a service: one line, with the counts of its job if it is a batch service, and one for the job's manifest. */
final class ServiceLines {

    private ServiceLines() {}

    static List<String> of(ServiceItem service) {
        List<String> lines = new ArrayList<>();
        ServiceTask task = service.task();
        lines.add("  %-36s %-10s %-10s %s%s"
                .formatted(
                        service.serviceId(),
                        service.inferType(),
                        service.status(),
                        service.serviceName(),
                        task == null ? "" : "  " + counts(task)));
        if (task != null && task.manifest() != null) {
            lines.add("    manifest %s".formatted(task.manifest()));
        }
        return lines;
    }

    private static String counts(ServiceTask task) {
        return "%d of %d records in %d files, %d failed"
                .formatted(task.done(), task.records(), task.files(), task.failed());
    }
}
