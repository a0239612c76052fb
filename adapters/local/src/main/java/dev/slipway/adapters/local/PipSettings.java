package dev.slipway.adapters.local;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * How the packages of models are installed.
 *
 * @param index address of the package index; {@link #NO_INDEX} for none, so that only wheels of the package itself are found
 * @param extraIndexes addresses of further ones; all are asked, and the best version of any is taken
 * @param limit how long a build may take
 * @param preferInstalled names of the engines that take what their interpreter has of the engine's own packages, in any version
 * @param sources what becomes of packages of which there are only sources
 * @param cacheBytes how much of what was downloaded is kept after a build
 */
public record PipSettings(
        String index,
        List<String> extraIndexes,
        Duration limit,
        Set<String> preferInstalled,
        Sources sources,
        long cacheBytes) {

    public static final String NO_INDEX = "none";

    private static final long USUAL_CACHE = 4L << 30;

    /** What a settings file without a word on it means. */
    public static final PipSettings USUAL =
            new PipSettings("https://pypi.org/simple", List.of(), Duration.ofMinutes(30), Set.of());

    /**
     * What becomes of packages of which there are only sources.
     *
     * @param built whether they are built, in a sandbox; else they are refused
     * @param memoryMb how much memory a build may have
     */
    public record Sources(boolean built, int memoryMb) {

        /** They are refused. */
        public static final Sources REFUSED = new Sources(false, 4096);
    }

    public PipSettings {
        extraIndexes = List.copyOf(extraIndexes);
        preferInstalled = Set.copyOf(preferInstalled);
    }

    /** Of wheels only, with a cache of 4 GB. */
    public PipSettings(String index, List<String> extraIndexes, Duration limit, Set<String> preferInstalled) {
        this(index, extraIndexes, limit, preferInstalled, Sources.REFUSED, USUAL_CACHE);
    }

    /** The same with another rule for sources. */
    public PipSettings withSources(Sources other) {
        return new PipSettings(index, extraIndexes, limit, preferInstalled, other, cacheBytes);
    }

    /** The same with another cache. */
    public PipSettings withCache(long bytes) {
        return new PipSettings(index, extraIndexes, limit, preferInstalled, sources, bytes);
    }

    /** The index without user and password. */
    public String shownIndex() {
        return withoutSecret(index);
    }

    /** Without user and password. */
    @Override
    public String toString() {
        return "PipSettings[index=%s, extraIndexes=%s, limit=%s, preferInstalled=%s, sources=%s, cacheBytes=%d]"
                .formatted(
                        shownIndex(),
                        extraIndexes.stream().map(PipSettings::withoutSecret).toList(),
                        limit,
                        preferInstalled,
                        sources,
                        cacheBytes);
    }

    private static String withoutSecret(String address) {
        return address.replaceFirst("//[^/@]*@", "//***@");
    }
}
