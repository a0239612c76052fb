package dev.slipway.parts.folder;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** The ports of an installation: chosen free at the first start, kept in the data folder from then on. */
public final class Ports {

    private static final int FIRST_BLOCK = 7300;
    private static final int LAST_BLOCK = 30_000;
    private static final int BLOCK = 10;

    private final Path file;

    Ports(Path file) {
        this.file = file;
    }

    /**
     * The port of this name. When it is not kept yet, one is chosen: all names of a folder share a block of ten ports below
     * the range that the kernel gives to outgoing connections.
     */
    public synchronized int get(PortName name) {
        Map<String, Integer> kept = read();
        Integer port = kept.get(name.key());
        if (port != null) {
            return port;
        }
        chooseBlock(kept);
        write(kept);
        return java.util.Objects.requireNonNull(kept.get(name.key()));
    }

    /** Keeps the port that the settings ask for. */
    public synchronized void keep(PortName name, int port) {
        Map<String, Integer> kept = read();
        if (!Integer.valueOf(port).equals(kept.put(name.key(), port))) {
            write(kept);
        }
    }

    /** All kept ports by name; empty before the first start. */
    public synchronized Map<String, Integer> kept() {
        return Map.copyOf(read());
    }

    /** True when nobody listens on this port of the loopback address. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private static void chooseBlock(Map<String, Integer> kept) {
        // Tests start many installations at once: they begin the search at a place of their own, so that two seldom
        // meet.
        int first = Integer.getInteger("slipway.ports.from", FIRST_BLOCK);
        for (int base = first; base < LAST_BLOCK; base += BLOCK) {
            if (isFree(base)) {
                int start = base;
                boolean free =
                        java.util.stream.IntStream.range(start, start + BLOCK).allMatch(Ports::isFree);
                if (free) {
                    int next = start;
                    for (PortName name : PortName.values()) {
                        kept.putIfAbsent(name.key(), next++);
                    }
                    return;
                }
            }
        }
        throw new IllegalStateException("no ten free ports in a row between %d and %d; name the ports in slipway.yml"
                .formatted(first, LAST_BLOCK));
    }

    private Map<String, Integer> read() {
        Map<String, Integer> ports = new TreeMap<>();
        if (!Files.exists(file)) {
            return ports;
        }
        try {
            Properties properties = new Properties();
            properties.load(new StringReader(Files.readString(file)));
            for (String key : properties.stringPropertyNames()) {
                ports.put(key, Integer.valueOf(properties.getProperty(key).strip()));
            }
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the kept ports '" + file + "'", e);
        } catch (NumberFormatException e) {
            throw new IllegalStateException(
                    "kept ports '%s': expected lines of name=port; found %s".formatted(file, e.getMessage()), e);
        }
    }

    private void write(Map<String, Integer> ports) {
        StringBuilder text = new StringBuilder("# chosen at the first start; slipway.yml can move each of them\n");
        ports.forEach((name, port) -> text.append(name).append('=').append(port).append('\n'));
        try {
            DurableFile.write(file, text.toString(), "rw-r--r--");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the ports '" + file + "'", e);
        }
    }
}
