package dev.slipway.adapters.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A process of this boot, named by its pid and its start in clock ticks since boot: a pid alone may be another process by now.
 */
record ProcessMark(long pid, long startTime) {

    private static final int START_TIME_AFTER_NAME = 19;

    /** Whether it runs; a zombie does not. */
    boolean isAlive() {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // The name stands in brackets and may hold blanks and brackets itself.
            List<String> fields =
                    List.of(stat.substring(stat.lastIndexOf(')') + 2).trim().split(" ", -1));
            boolean hasEnded = fields.get(0).equals("Z") || fields.get(0).equals("X");
            return !hasEnded && Long.parseLong(fields.get(START_TIME_AFTER_NAME)) == startTime;
        } catch (IOException noSuchProcess) {
            return false;
        }
    }

    /** Sends SIGTERM if it still is this process. */
    void terminate() {
        if (isAlive()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
        }
    }

    /** Sends SIGKILL if it still is this process. */
    void kill() {
        if (isAlive()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** Sends SIGKILL to it and to what it started, if it still is this process. */
    void killWithChildren() {
        if (isAlive()) {
            ProcessHandle.of(pid).ifPresent(process -> {
                List<ProcessHandle> started = process.descendants().toList();
                process.destroyForcibly();
                started.forEach(ProcessHandle::destroyForcibly);
            });
        }
    }
}
