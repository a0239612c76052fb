package dev.slipway.parts.process;

/** The process that listens on a port; pid 0 when it belongs to another user and cannot be seen. */
public record PortHolder(int port, long pid, String name) {

    static PortHolder unknown(int port) {
        return new PortHolder(port, 0, "a process of another user");
    }

    @Override
    public String toString() {
        return pid == 0 ? name : "process %d (%s)".formatted(pid, name);
    }
}
