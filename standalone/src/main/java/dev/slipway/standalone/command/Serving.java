package dev.slipway.standalone.command;

import dev.slipway.parts.folder.FolderInUse;
import dev.slipway.standalone.machine.MachineChecks;
import dev.slipway.standalone.run.RunningInstallation;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;

/** A running installation that is stopped once, in order: at Ctrl-C, SIGTERM or SIGHUP, or by the command. */
final class Serving {

    private final PrintStream out;
    private final RunningInstallation running;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** @throws dev.slipway.parts.folder.FolderInUse if another process has one of the roles on this folder */
    Serving(PrintStream out, RunningInstallation running) {
        claim(running);
        this.out = out;
        this.running = running;
        // The JVM runs its hooks at those signals and waits for them. No other part registers a hook.
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

    /**
     * Starts it and returns when it serves. If that fails, stops what was started.
     *
     * @param checks begun already. What they find missing ends the start: of a new installation before anything is done, of another one before
     *     it takes up work, so that it need not wait for them
     */
    void start(MachineChecks checks) {
        boolean serves = false;
        try {
            if (checks.areOfANewInstallation()) {
                checks.failIfSomethingIsMissing();
            }
            running.start(checks::failIfSomethingIsMissing);
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
        boolean tells = running.hasStarted();
        if (tells) {
            out.println("Slipway stops");
        }
        long began = System.nanoTime();
        running.close();
        if (tells) {
            out.printf("Slipway stopped after %.1f s%n", (System.nanoTime() - began) / 1e9);
        }
        out.flush();
        stopped.countDown();
    }
}
