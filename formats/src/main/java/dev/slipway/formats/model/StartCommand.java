package dev.slipway.formats.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A command as a user writes it, taken apart into its words. No shell reads it, so nothing in it is expanded. */
final class StartCommand {

    /** What a start command may not have (guide 2.2.4): a shell, or an engine for containers, would obey it. */
    private static final String FORBIDDEN = "$|><`!\n\\?";

    private static final List<String> FORBIDDEN_OPTIONS =
            List.of("-v", "--volume", "--mount", "--tmpfs", "--privileged", "--cap-add");

    private StartCommand() {}

    /** The words, of which quotes may hold several in one. Empty if a quote has no end. */
    static Optional<List<String>> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean isWord = false;
        char quote = 0;
        for (int at = 0; at < text.length(); at++) {
            char each = text.charAt(at);
            if (quote != 0 && each == quote) {
                quote = 0;
            } else if (quote == 0 && (each == '\'' || each == '"')) {
                quote = each;
                isWord = true;
            } else if (quote == 0 && Character.isWhitespace(each)) {
                if (isWord) {
                    words.add(word.toString());
                }
                word.setLength(0);
                isWord = false;
            } else {
                word.append(each);
                isWord = true;
            }
        }
        if (isWord) {
            words.add(word.toString());
        }
        return quote == 0 ? Optional.of(List.copyOf(words)) : Optional.empty();
    }

    /** What it has that no start command may have, for people; empty if there is nothing. */
    static Optional<String> forbidden(String text) {
        for (int at = 0; at < text.length(); at++) {
            char each = text.charAt(at);
            if (FORBIDDEN.indexOf(each) >= 0) {
                return Optional.of(each == '\n' ? "\\n" : String.valueOf(each));
            }
        }
        for (String word : text.split("[\\s'\"]+", -1)) {
            for (String option : FORBIDDEN_OPTIONS) {
                if (word.equals(option) || word.startsWith(option + "=")) {
                    return Optional.of(option);
                }
            }
        }
        return Optional.empty();
    }
}
