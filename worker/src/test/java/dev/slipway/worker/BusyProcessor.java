package dev.slipway.worker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The first processor of this machine with so many busy loops on it. They end with {@link #close}, and by themselves after ten minutes
 * should nobody be left to call it.
 */
final class BusyProcessor implements AutoCloseable {

    private static final String LOOP = "while :; do :; done";

    private final List<Process> loops = new ArrayList<>();

    BusyProcessor(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            loops.add(new ProcessBuilder(onIt(List.of("timeout", "-s", "KILL", "600", "sh", "-c", LOOP))).start());
        }
    }

    /** The command on that processor alone. */
    static List<String> onIt(List<String> command) {
        List<String> all = new ArrayList<>(List.of("taskset", "-c", "0"));
        all.addAll(command);
        return all;
    }

    /** Whether this machine can do that. */
    static boolean isPossible() {
        try {
            Process found = new ProcessBuilder(onIt(List.of("true"))).start();
            return found.waitFor(10, TimeUnit.SECONDS) && found.exitValue() == 0;
        } catch (IOException none) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        for (Process loop : loops) {
            loop.descendants().forEach(ProcessHandle::destroyForcibly);
            loop.destroyForcibly();
        }
    }
}
