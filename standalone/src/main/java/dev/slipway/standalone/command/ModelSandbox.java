package dev.slipway.standalone.command;

import dev.slipway.adapters.local.LocalSettings;
import dev.slipway.adapters.local.SandboxCheck;
import dev.slipway.adapters.local.SandboxKind;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** What is told to people about the sandbox of models. */
final class ModelSandbox {

    private static final String INSTALL = "install bubblewrap (apt-get install bubblewrap)";

    private ModelSandbox() {}

    /**
     * Tries it on another thread.
     *
     * @param data the data folder, where the Python runtime lies too
     */
    static CompletableFuture<SandboxCheck> check(LocalSettings settings, Path data) {
        CompletableFuture<SandboxCheck> found = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                found.complete(SandboxCheck.run(settings, data.resolve("runtime")));
            } catch (InterruptedException | RuntimeException failure) {
                // An edge: whoever waits is told.
                found.complete(new SandboxCheck(null, String.valueOf(failure.getMessage()), null));
            }
        });
        return found;
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
