package dev.slipway.adapters.local;

import java.util.Map;
import java.util.Set;

/**
 * Settings of the instances of a machine.
 *
 * @param python the command that starts Python 3.9 or newer, for engines that have no other
 * @param pythons of engines by name
 * @param sandboxRequired whether nothing is started where no sandbox works
 * @param user as whom instances run when this process is root; ignored otherwise
 * @param processes how many an instance may have at once
 * @param diskBytes how much an instance may write beside its model
 * @param files how many files and folders it may make there
 * @param poolsWithNetwork whose instances have the network of this machine; all others have none
 * @param pip how packages of models are installed
 */
public record LocalSettings(
        String python,
        Map<String, String> pythons,
        SandboxKind sandbox,
        boolean sandboxRequired,
        String user,
        int processes,
        long diskBytes,
        int files,
        Set<String> poolsWithNetwork,
        PipSettings pip) {

    private static final int USUAL_PROCESSES = 256;
    private static final long USUAL_DISK_BYTES = 2L << 30;
    private static final int USUAL_FILES = 100_000;

    public LocalSettings {
        pythons = Map.copyOf(pythons);
        poolsWithNetwork = Set.copyOf(poolsWithNetwork);
    }

    /** The command that starts the interpreter of an engine. */
    public String pythonOf(String engine) {
        return pythons.getOrDefault(engine, python);
    }

    /** The same with these interpreters of engines. */
    public LocalSettings withPythons(Map<String, String> others) {
        return new LocalSettings(
                python, others, sandbox, sandboxRequired, user, processes, diskBytes, files, poolsWithNetwork, pip);
    }

    /** The same with another installation of packages. */
    public LocalSettings withPip(PipSettings other) {
        return new LocalSettings(
                python, pythons, sandbox, sandboxRequired, user, processes, diskBytes, files, poolsWithNetwork, other);
    }

    /** What a settings file without a word on it means. */
    public static LocalSettings usual(String python) {
        return new LocalSettings(
                python,
                Map.of(),
                SandboxKind.AUTO,
                false,
                "nobody",
                USUAL_PROCESSES,
                USUAL_DISK_BYTES,
                USUAL_FILES,
                Set.of(),
                PipSettings.USUAL);
    }
}
