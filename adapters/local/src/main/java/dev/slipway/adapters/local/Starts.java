package dev.slipway.adapters.local;

import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Numbers all starts in this machine's folder, over restarts and processes, so that no id is used twice: a gateway may still be draining an
 * earlier instance.
 */
final class Starts {

    private final Path instances;

    Starts(Path instances) {
        this.instances = instances;
    }

    /** The id of the next incarnation. Creates its folder, which reserves the id. */
    InstanceId claim(InstanceSetId set, int ordinal) {
        while (true) {
            InstanceId id = new InstanceId(set, ordinal, next());
            if (new InstanceFolder(instances.resolve(id.toString())).create()) {
                return id;
            }
        }
    }

    private int next() {
        // File locks belong to the process, not to the object: two clusters of one process would get an exception.
        synchronized (Starts.class) {
            return nextAmongProcesses();
        }
    }

    private int nextAmongProcesses() {
        try (FileChannel channel = FileChannel.open(
                        instances.resolve(".starts"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            ByteBuffer text = ByteBuffer.allocate(20);
            channel.read(text, 0);
            String last = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).trim();
            int number = last.isEmpty() ? 1 : Integer.parseInt(last) + 1;
            channel.write(ByteBuffer.wrap("%-19d%n".formatted(number).getBytes(StandardCharsets.US_ASCII)), 0);
            channel.force(true);
            if (!lock.isValid()) {
                throw new IOException("the lock was lost");
            }
            return number;
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "the number of the next start can't be written in '%s'".formatted(instances), failure);
        }
    }
}
