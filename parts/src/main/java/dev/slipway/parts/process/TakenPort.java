package dev.slipway.parts.process;

import dev.slipway.parts.folder.PortName;
import dev.slipway.parts.folder.Ports;
import java.util.Optional;

/** A port of Slipway on which another process listens. */
public final class TakenPort {

    private TakenPort() {}

    /** The process that has it and what to do, as the end of a sentence that begins with the owner of the port; empty while it is free. */
    public static Optional<String> problem(PortName name, int port) {
        if (Ports.isFree(port)) {
            return Optional.empty();
        }
        String holder = Processes.listeningOn(port).map(PortHolder::toString).orElse("somebody");
        return Optional.of("its port %d is held by %s; stop that one, or move the port in slipway.yml: %s"
                .formatted(port, holder, name.setting()));
    }
}
