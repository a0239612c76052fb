package dev.slipway.worker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The first processor of this machine, with so many busy loops on it and one process of interest. The loops end with {@link #close}, and by themselves after ten minutes
 * should nobody be left to call it.
 */
final class BusyProcessor implements AutoCloseable {

    private static final String LOOP = "while :; do :; done";

    private final List<Process> loops = new ArrayList<>();

    /** @param starved a process that has to run there as well, from now on */
    BusyProcessor(int count, Process starved) throws IOException, InterruptedException {
        run("taskset", "-a", "-c", "-p", "0", Long.toString(starved.pid()));
        for (int i = 0; i < count; i++) {
            loops.add(
                    new ProcessBuilder("timeout", "-s", "KILL", "600", "taskset", "-c", "0", "sh", "-c", LOOP).start());
        }
    }

    /** Whether this machine can do that. */
    static boolean isPossible() {
        try {
            run("taskset", "-c", "0", "true");
            return true;
        } catch (IOException none) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process run = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (run.waitFor() != 0) {
            throw new IOException("%s ended with %d".formatted(List.of(command), run.exitValue()));
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
