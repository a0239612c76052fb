package dev.slipway.domain.batch;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * The names of result files: {@code <name>_result.txt} for the first input of a base name, {@code <name>_<n>_result.txt} for the n-th, or
 * the next free n. A name that would be too long keeps its beginning and gets a digest of the base name in place of its end. The same
 * inputs in the same order get the same names. No name is used twice.
 */
public final class ResultNames {
    /** Bytes that every store keeps in one part of a key: file names have 255, of which a store on a folder needs some for itself. */
    public static final int LONGEST = 218;
    /** The least limit that leaves something of the names. */
    public static final int SHORTEST_LIMIT = 64;

    private static final String SUFFIX = "_result.txt";
    private static final int DIGEST_BYTES = 8;

    // 64 bits of each name instead of the name, so that a million inputs fit into memory. Two names with equal bits
    // cost a suffix and
    // never collide.
    private final Set<Long> taken = new HashSet<>();
    private final Map<Long, Integer> seen = new HashMap<>();
    private final int longest;

    /** @param longest bytes of a name, at least {@value #SHORTEST_LIMIT} */
    public ResultNames(int longest) {
        if (longest < SHORTEST_LIMIT) {
            throw new IllegalArgumentException(
                    "longest is %d, expected at least %d".formatted(longest, SHORTEST_LIMIT));
        }
        this.longest = longest;
    }

    public String next(String baseName) {
        String name = fitting(baseName, SUFFIX);
        if (taken.add(hash(name))) {
            return name;
        }
        int n = seen.getOrDefault(hash(baseName), 1);
        do {
            n++;
            name = fitting(baseName, "_" + n + SUFFIX);
        } while (!taken.add(hash(name)));
        seen.put(hash(baseName), n);
        return name;
    }

    private String fitting(String baseName, String end) {
        int left = longest - end.length();
        if (bytes(baseName) <= left) {
            return baseName + end;
        }
        String digest = "_" + digest(baseName);
        return beginning(baseName, left - digest.length()) + digest + end;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** As many whole characters as fit. */
    private static String beginning(String text, int most) {
        int end = 0;
        int length = 0;
        while (end < text.length()) {
            int character = text.codePointAt(end);
            length += bytes(Character.toString(character));
            if (length > most) {
                break;
            }
            end += Character.charCount(character);
        }
        return text.substring(0, end);
    }

    private static String digest(String text) {
        try {
            byte[] whole = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(whole, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
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
