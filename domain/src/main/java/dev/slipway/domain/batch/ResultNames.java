package dev.slipway.domain.batch;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The names of result files: {@code <name>_result.txt} for the first input of a base name, {@code <name>_<n>_result.txt} for the n-th, or
 * the next free n. The same inputs in the same order get the same names. No name is used twice.
 */
public final class ResultNames {
    private static final String SUFFIX = "_result.txt";

    // 64 bits of each name instead of the name, so that a million inputs fit into memory. Two names with equal bits
    // cost a suffix and
    // never collide.
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
