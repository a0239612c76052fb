package dev.slipway.parts.folder;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The ports of an installation: chosen at the first start among those that are free and belong to no other data folder of this user, kept in
 * the data folder from then on.
 */
public final class Ports {

    /** The name of the file in a data folder. */
    static final String FILE = "ports";

    private static final int FIRST_BLOCK = 7300;
    private static final int LAST_BLOCK = 30_000;
    private static final int BLOCK = 10;

    private final Path file;
    private final Path folder;
    private final PortRegister register;

    /** @param folder the data folder */
    Ports(Path folder, PortRegister register) {
        this.file = folder.resolve(FILE);
        this.folder = folder;
        this.register = register;
    }

    /**
     * The port of this name. When it is not kept yet, one is chosen: all names of a folder share a block of ten ports below
     * the range that the kernel gives to outgoing connections. Processes that ask at once get the same.
     */
    public int get(PortName name) {
        Integer port = read().get(name.key());
        return port != null ? port : alone(() -> choose(name));
    }

    private int choose(PortName name) {
        Map<String, Integer> kept = read();
        if (!kept.containsKey(name.key())) {
            register.choose(folder, others -> {
                chooseBlock(kept, others);
                write(kept);
            });
        }
        return Objects.requireNonNull(kept.get(name.key()));
    }

    /** Keeps the port that the settings ask for. */
    public void keep(PortName name, int port) {
        if (Integer.valueOf(port).equals(read().get(name.key()))) {
            return;
        }
        alone(() -> {
            Map<String, Integer> kept = read();
            kept.put(name.key(), port);
            write(kept);
            return port;
        });
    }

    /** Enters the folder in the register of this user, if its ports were chosen elsewhere. To be called at each start. */
    public void enter() {
        if (Files.exists(file)) {
            register.enter(folder);
        }
    }

    /** The ports that are kept, none if the file is damaged. */
    Collection<Integer> known() {
        try {
            return read().values();
        } catch (UncheckedIOException | IllegalStateException damaged) {
            return List.of();
        }
    }

    /** One thread of one process at a time, so that a read and the following write are consistent. */
    private <T> T alone(Supplier<T> change) {
        synchronized (Ports.class) {
            Path lock = file.resolveSibling("locks").resolve("ports.chosen");
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                // Released with the channel.
                FileLock unused = channel.lock();
                return change.get();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot lock '%s'".formatted(lock), e);
            }
        }
    }

    /** All kept ports by name; empty before the first start. */
    public Map<String, Integer> kept() {
        return Map.copyOf(read());
    }

    /** True if no process listens on this port of the loopback address. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private static void chooseBlock(Map<String, Integer> kept, Set<Integer> others) {
        // Tests start many installations at once, so each starts the search at another port to avoid conflicts.
        int first = Integer.getInteger("slipway.ports.from", FIRST_BLOCK);
        for (int base = first; base < LAST_BLOCK; base += BLOCK) {
            int start = base;
            boolean free =
                    IntStream.range(start, start + BLOCK).allMatch(port -> !others.contains(port) && isFree(port));
            if (free) {
                int next = start;
                for (PortName name : PortName.values()) {
                    kept.putIfAbsent(name.key(), next++);
                }
                return;
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
