package dev.slipway.adapters.images;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * From where images are pulled, and how large they may be.
 *
 * @param registries the only ones that are asked
 */
public record PullSettings(List<Registry> registries, Limits limits) {

    public PullSettings {
        registries = List.copyOf(registries);
    }

    /** What a settings file without a word on it means: no registry. */
    public static PullSettings usual() {
        return new PullSettings(List.of(), Limits.USUAL);
    }

    /** The registry of that name; empty if the settings have none. */
    Optional<Registry> registry(String host) {
        return registries.stream()
                .filter(registry -> registry.host().equals(host))
                .findFirst();
    }

    /**
     * A registry.
     *
     * @param host with its port, as references name it
     * @param user null to ask without credentials
     * @param password null exactly if {@code user} is
     * @param isPlain whether it is asked without TLS
     * @param authority PEM file of the authority of its certificate; null for those that Java knows
     */
    public record Registry(
            String host,
            @Nullable String user,
            @Nullable String password,
            boolean isPlain,
            @Nullable Path authority) {

        public Registry {
            if ((user == null) != (password == null)) {
                throw new IllegalArgumentException(
                        "registry '%s': expected either user and password or neither".formatted(host));
            }
        }

        /** The password is not shown. */
        @Override
        public String toString() {
            return "Registry[host=%s, user=%s, isPlain=%s, authority=%s]".formatted(host, user, isPlain, authority);
        }
    }

    /**
     * How large an image may be.
     *
     * @param pulledBytes of its layers as they are pulled
     * @param unpackedBytes of its files
     * @param files how many files, folders and links
     */
    public record Limits(long pulledBytes, long unpackedBytes, int files) {

        private static final long GIB = 1L << 30;

        public static final Limits USUAL = new Limits(20 * GIB, 40 * GIB, 1_000_000);
    }
}
