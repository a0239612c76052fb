package dev.slipway.client;

import dev.slipway.formats.instance.InstanceLogShown;
import dev.slipway.formats.instance.ServiceInstances;
import dev.slipway.formats.service.CreateServiceBody;
import dev.slipway.formats.service.ServiceCreated;
import dev.slipway.formats.service.ServiceEventList;
import dev.slipway.formats.service.ServiceList;
import dev.slipway.formats.service.ServiceShown;
import dev.slipway.formats.service.ServiceUpdated;
import dev.slipway.formats.service.ServicesDeleted;
import dev.slipway.formats.service.SpecificationPage;
import dev.slipway.formats.service.UpdateRecords;
import dev.slipway.formats.service.UpdateServiceBody;
import java.util.Map;

/** Calls of services. Each throws a {@link ClientFailure} for any answer but a success. */
public final class ServiceCalls {

    private static final String SERVICES = "/services";

    private final Connection connection;

    ServiceCalls(Connection connection) {
        this.connection = connection;
    }

    /** Starts the deployment. */
    public ServiceCreated create(CreateServiceBody body) {
        return connection.post(SERVICES, body, ServiceCreated.class);
    }

    /** @param query as in {@code docs/openapi.json} */
    public ServiceList list(Map<String, String> query) {
        return connection.get(SERVICES + Paths.query(query), ServiceList.class);
    }

    public ServiceShown show(String id) {
        return connection.get(path(id), ServiceShown.class);
    }

    /** Changes, starts or stops it; the work goes on after the answer. */
    public ServiceUpdated update(String id, UpdateServiceBody body) {
        return connection.put(path(id), body, ServiceUpdated.class);
    }

    /** Has the task of a batch service rest at the next record boundary; the answer does not wait for it. */
    public ServiceShown pauseTask(String id) {
        return connection.post(path(id) + "/task/pause", ServiceShown.class);
    }

    /** Has it go on. */
    public ServiceShown resumeTask(String id) {
        return connection.post(path(id) + "/task/resume", ServiceShown.class);
    }

    /** Starts the deletion; {@link #show} is refused with 404 when it is over. */
    public ServicesDeleted delete(String id) {
        return connection.delete(path(id), ServicesDeleted.class);
    }

    /** @param query as in {@code docs/openapi.json} */
    public ServiceEventList events(String id, Map<String, String> query) {
        return connection.get(path(id) + "/events" + Paths.query(query), ServiceEventList.class);
    }

    /** The configurations that it was given, newest first. */
    public UpdateRecords updateRecords(String id) {
        return connection.get(path(id) + "/logs", UpdateRecords.class);
    }

    /** Those that run, and those that have ended while their logs are kept; the latest start comes first. */
    public ServiceInstances instances(String id) {
        return connection.get(path(id) + "/instances", ServiceInstances.class);
    }

    /** The last lines of the log of an instance, 1 to 10,000. */
    public InstanceLogShown instanceLog(String id, String instance, int lines) {
        return connection.get(
                path(id) + "/instances/" + Paths.segment(instance) + "/logs"
                        + Paths.query(Map.of("lines", Integer.toString(lines))),
                InstanceLogShown.class);
    }

    /** Flavors that services may ask for. */
    public SpecificationPage specifications() {
        return connection.get(SERVICES + "/specifications", SpecificationPage.class);
    }

    private static String path(String id) {
        return SERVICES + "/" + Paths.segment(id);
    }
}
