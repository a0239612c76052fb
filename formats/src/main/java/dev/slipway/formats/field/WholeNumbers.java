package dev.slipway.formats.field;

import java.util.ArrayList;
import java.util.List;

/** Regular expressions for the decimal texts of whole numbers, without sign and leading zeros. */
final class WholeNumbers {

    private WholeNumbers() {}

    /** Matches exactly the numbers from {@code least} to {@code most}, both of at least 0. */
    static String pattern(int least, int most) {
        List<String> choices = new ArrayList<>();
        for (int digits = Integer.toString(least).length();
                digits <= Integer.toString(most).length();
                digits++) {
            long first = digits == 1 ? 0 : (long) Math.pow(10, digits - 1);
            long last = (long) Math.pow(10, digits) - 1;
            add(choices, "", Long.toString(Math.max(first, least)), Long.toString(Math.min(last, most)));
        }
        return String.join("|", choices);
    }

    /** Both bounds have the same number of digits. */
    private static void add(List<String> choices, String prefix, String least, String most) {
        int rest = least.length() - 1;
        if (rest < 0) {
            choices.add(prefix);
            return;
        }
        char first = least.charAt(0);
        char last = most.charAt(0);
        if (first == last) {
            add(choices, prefix + first, least.substring(1), most.substring(1));
            return;
        }
        if (!least.substring(1).equals("0".repeat(rest))) {
            add(choices, prefix + first, least.substring(1), "9".repeat(rest));
            first++;
        }
        boolean whole = most.substring(1).equals("9".repeat(rest));
        char end = whole ? last : (char) (last - 1);
        if (first <= end) {
            String digit = first == end ? String.valueOf(first) : "[%c-%c]".formatted(first, end);
            choices.add(prefix + digit + (rest == 0 ? "" : rest == 1 ? "[0-9]" : "[0-9]{%d}".formatted(rest)));
        }
        if (!whole) {
            add(choices, prefix + last, "0".repeat(rest), most.substring(1));
        }
    }
}
