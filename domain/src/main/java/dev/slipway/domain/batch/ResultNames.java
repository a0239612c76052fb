package dev.slipway.domain.batch;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Gives each input the name of its result file: {@code <name>_result.txt} to the first of a base name, {@code <name>_<n>_result.txt}
 * to the n-th, or to the next n that is free. The same inputs in the same order get the same names. Never gives a name twice.
 */
public final class ResultNames {
    private static final String SUFFIX = "_result.txt";

    // 64 bits of each name instead of the name, so that a million inputs fit: two names with equal bits cost a suffix,
    // never a clash.
    private final Set<Long> taken = new HashSet<>();
    private final Map<Long, Integer> seen = new HashMap<>();

    public String next(String baseName) {
        String name = baseName + SUFFIX;
        if (taken.add(hash(name))) {
            return name;
        }
        int n = seen.getOrDefault(hash(baseName), 1);
        do {
            n++;
            name = baseName + "_" + n + SUFFIX;
        } while (!taken.add(hash(name)));
        seen.put(hash(baseName), n);
        return name;
    }

    /** FNV-1a. */
    private static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash ^ (hash >>> 32);
    }
}
