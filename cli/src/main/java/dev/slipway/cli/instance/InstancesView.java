package dev.slipway.cli.instance;

import dev.slipway.cli.command.Screen;
import dev.slipway.client.SlipwayClient;
import dev.slipway.formats.instance.InstanceLogShown;
import dev.slipway.formats.instance.ServiceInstances;
import dev.slipway.formats.instance.ServiceInstances.InstanceShown;
import org.jspecify.annotations.Nullable;

/** The instances of a service, and their logs, on the screen. */
public final class InstancesView {

    private static final int LINES = 1000;

    private final SlipwayClient client;
    private final String service;
    private final Screen screen;

    /** @param service its id */
    public InstancesView(SlipwayClient client, String service, Screen screen) {
        this.client = client;
        this.service = service;
        this.screen = screen;
    }

    /** A line for each instance, the latest start first. */
    public void show() {
        ServiceInstances instances = client.services().instances(service);
        screen.line("Instances, latest start first");
        if (instances.count() == 0) {
            screen.line("none: none was started yet, or their logs are removed");
        }
        instances.instances().forEach(this::show);
    }

    private void show(InstanceShown instance) {
        screen.line("%s  %-8s  %s".formatted(times(instance), instance.state(), instance.instanceId()));
        if (instance.cause() != null) {
            screen.block("    because: ", instance.cause());
        }
        if (instance.logFile() != null) {
            screen.line("    log:     " + instance.logFile());
        }
    }

    private static String times(InstanceShown instance) {
        return time(instance.startedAt()) + (instance.endedAt() == null ? "" : " to " + time(instance.endedAt()));
    }

    private static String time(@Nullable Long millis) {
        return millis == null ? "-" : Screen.time(millis);
    }

    /** The end of the log of an instance, line by line. */
    public void showLog(String instance) {
        InstanceLogShown log = client.services().instanceLog(service, instance, LINES);
        if (!log.isWhole()) {
            screen.line("(the last lines of '%s')".formatted(log.logFile()));
        }
        screen.block("", log.log());
    }
}
