package dev.slipway.domain.model;

import java.math.BigInteger;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Compares versions of Python packages by the numbers that they begin with. */
public final class Versions {

    private static final Pattern RELEASE = Pattern.compile("v?(?:[0-9]+!)?([0-9]+(?:[.][0-9]+)*).*");

    private Versions() {}

    /** Negative, zero or positive, as comparators have it. 1.2 and 1.2.0 are the same, and so are 1.2 and 1.2rc1. */
    public static int compare(String one, String other) {
        List<BigInteger> left = numbers(one);
        List<BigInteger> right = numbers(other);
        for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
            int difference = at(left, i).compareTo(at(right, i));
            if (difference != 0) {
                return difference;
            }
        }
        return 0;
    }

    /** The first number of the next incompatible release, for example 3 after 2.7.1. */
    static String nextMajor(String version) {
        return at(numbers(version), 0).add(BigInteger.ONE).toString();
    }

    private static BigInteger at(List<BigInteger> numbers, int index) {
        return index < numbers.size() ? numbers.get(index) : BigInteger.ZERO;
    }

    private static List<BigInteger> numbers(String version) {
        Matcher release = RELEASE.matcher(version);
        return release.matches()
                ? Stream.of(release.group(1).split("[.]")).map(BigInteger::new).toList()
                : List.of();
    }
}
