package dev.slipway.standalone.command;

import dev.slipway.adapters.local.LocalSettings;
import dev.slipway.adapters.local.SandboxCheck;
import dev.slipway.adapters.local.SandboxKind;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** Finds out, on another thread, which sandbox models get on this machine. */
final class ModelSandbox implements AutoCloseable {

    private static final String INSTALL = "install bubblewrap (apt-get install bubblewrap)";

    private final CompletableFuture<SandboxCheck> found = new CompletableFuture<>();
    private final Thread thread;

    private ModelSandbox(LocalSettings settings, Path folder) {
        this.thread = Thread.ofPlatform().name("sandbox-check").unstarted(() -> check(settings, folder));
    }

    /**
     * Begins.
     *
     * @param folder where the Python runtime is unpacked, or is already
     */
    static ModelSandbox begin(LocalSettings settings, Path folder) {
        ModelSandbox begun = new ModelSandbox(settings, folder);
        begun.thread.start();
        return begun;
    }

    private void check(LocalSettings settings, Path folder) {
        try {
            found.complete(SandboxCheck.run(settings, folder));
        } catch (InterruptedException | RuntimeException failure) {
            // An edge: whoever waits is told.
            found.complete(new SandboxCheck(null, String.valueOf(failure.getMessage()), null));
        }
    }

    /** Waits for it. */
    SandboxCheck result() {
        return found.join();
    }

    /** Returns when nothing of it is at work, so that the folder may be deleted. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** One sentence, with what to do where something is wrong. */
    static String sentence(SandboxCheck check) {
        if (check.kind() == null) {
            return "WARNING: models can't run here: %s".formatted(check.reason());
        }
        if (check.kind() == SandboxKind.NONE) {
            return "WARNING: models run without a sandbox, and may read and reach all that their user may (%s). Import only packages that you trust, or %s, or set 'require-sandbox: true'"
                    .formatted(check.reason(), INSTALL);
        }
        String why = check.reason() == null ? "" : " (%s)".formatted(check.reason());
        return "run in a sandbox by %s%s".formatted(check.kind().text(), why);
    }
}
