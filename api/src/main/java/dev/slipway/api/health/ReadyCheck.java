package dev.slipway.api.health;

/**
 * Asks a server that the API needs whether it answers.
 *
 * @param name of the server, for the reason
 * @param call fails if it does not answer; may block
 */
public record ReadyCheck(String name, Call call) {

    /** Fails if the server does not answer. */
    @FunctionalInterface
    public interface Call {
        void run() throws Exception;
    }
}
