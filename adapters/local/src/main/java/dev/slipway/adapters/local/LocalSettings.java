package dev.slipway.adapters.local;

import java.util.Set;

/**
 * Settings of the instances of a machine.
 *
 * @param python the command that starts Python 3.9 or newer
 * @param sandboxRequired whether nothing is started where no sandbox works
 * @param user as whom instances run when this process is root; ignored otherwise
 * @param processes how many an instance may have at once
 * @param diskBytes how much an instance may write beside its model
 * @param poolsWithNetwork whose instances have the network of this machine; all others have none
 */
public record LocalSettings(
        String python,
        SandboxKind sandbox,
        boolean sandboxRequired,
        String user,
        int processes,
        long diskBytes,
        Set<String> poolsWithNetwork) {

    private static final int USUAL_PROCESSES = 256;
    private static final long USUAL_DISK_BYTES = 2L << 30;

    public LocalSettings {
        poolsWithNetwork = Set.copyOf(poolsWithNetwork);
    }

    /** What a settings file without a word on it means. */
    public static LocalSettings usual(String python) {
        return new LocalSettings(
                python, SandboxKind.AUTO, false, "nobody", USUAL_PROCESSES, USUAL_DISK_BYTES, Set.of());
    }
}
