package dev.slipway.standalone.command;

import dev.slipway.parts.folder.FolderInUse;
import dev.slipway.standalone.run.RunningInstallation;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;

/** A running installation that ends at Ctrl-C, SIGTERM or SIGHUP, or when the command is done with it: once, in order. */
final class Serving {

    private final PrintStream out;
    private final RunningInstallation running;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** @throws dev.slipway.parts.folder.FolderInUse if another process plays one of the roles on this folder */
    Serving(PrintStream out, RunningInstallation running) {
        claim(running);
        this.out = out;
        this.running = running;
        // The JVM runs its hooks at those signals and waits for them; no part of ours registers one of its own.
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
    }

    private static void claim(RunningInstallation running) {
        try {
            running.claim();
        } catch (FolderInUse taken) {
            running.close();
            throw taken;
        }
    }

    /** Returns when it serves; stops what was started if it cannot. */
    void start() {
        boolean serves = false;
        try {
            running.start();
            serves = true;
        } finally {
            if (!serves) {
                stop();
            }
        }
    }

    /** Returns when it has stopped. */
    void untilSignal() {
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized void stop() {
        if (stopped.getCount() == 0) {
            return;
        }
        out.println("Slipway stops");
        long began = System.nanoTime();
        running.close();
        out.printf("Slipway stopped after %.1f s%n", (System.nanoTime() - began) / 1e9);
        out.flush();
        stopped.countDown();
    }
}
