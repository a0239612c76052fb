package dev.slipway.adapters.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A process of this boot, identified by its pid and its start time in clock ticks since boot. The pid alone may belong to another process
 * by now.
 */
record ProcessMark(long pid, long startTime) {

    /** The position of the session in {@link #stat}. */
    static final int SESSION = 3;

    private static final int START_TIME_AFTER_NAME = 19;

    /** Whether it runs; a zombie does not. */
    boolean isAlive() {
        try {
            List<String> fields = stat(pid);
            boolean hasEnded = fields.get(0).equals("Z") || fields.get(0).equals("X");
            return !hasEnded && Long.parseLong(fields.get(START_TIME_AFTER_NAME)) == startTime;
        } catch (IOException noSuchProcess) {
            return false;
        }
    }

    /** The fields of the process in {@code /proc/<pid>/stat}, from its state on. @throws IOException if there is no such process */
    static List<String> stat(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        // The name is in brackets and may contain blanks and brackets.
        return List.of(stat.substring(stat.lastIndexOf(')') + 2).trim().split(" ", -1));
    }

    /** Kills all processes that were started with a variable of this value. Those that took it out of their environment are not found. */
    static void killStartedWith(String variable, String value) {
        String wanted = "\0" + variable + "=" + value + "\0";
        all().stream().filter(pid -> environment(pid).contains(wanted)).forEach(pid -> ProcessHandle.of(pid)
                .ifPresent(ProcessHandle::destroyForcibly));
    }

    /** Each variable with a NUL before and after it; empty if the process has ended or belongs to another user. */
    private static String environment(long pid) {
        try {
            // Its bytes need not be text.
            byte[] variables = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "environ"));
            return "\0" + new String(variables, StandardCharsets.UTF_8);
        } catch (IOException endedOrOfAnotherUser) {
            return "";
        }
    }

    /** The processes of this machine, by pid. */
    private static List<Long> all() {
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            return entries.map(path -> path.getFileName().toString())
                    .filter(name -> name.matches("[0-9]+"))
                    .map(Long::valueOf)
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException("the processes of this machine can't be listed", failure);
        }
    }

    /** A process and all below it, by pid. */
    static List<Long> below(long ancestor) {
        return Stream.concat(
                        Stream.of(ancestor),
                        ProcessHandle.of(ancestor).stream()
                                .flatMap(ProcessHandle::descendants)
                                .map(ProcessHandle::pid))
                .toList();
    }

    /** The processes of a session, by pid. */
    static List<Long> session(long leader) {
        return all().stream().filter(pid -> isOf(pid, leader)).toList();
    }

    private static boolean isOf(long pid, long session) {
        try {
            return Long.parseLong(stat(pid).get(SESSION)) == session;
        } catch (IOException ended) {
            return false;
        }
    }

    /** Sends SIGTERM if it is still this process. */
    void terminate() {
        if (isAlive()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
        }
    }

    /** Sends SIGKILL if it is still this process. */
    void kill() {
        if (isAlive()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** Sends SIGKILL to it and to what it started, if it is still this process. */
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
