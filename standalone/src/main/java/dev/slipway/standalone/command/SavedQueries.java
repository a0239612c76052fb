package dev.slipway.standalone.command;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The searches in Temporal that an operator needs most; {@code docs/temporal-ui.md} has them too. */
final class SavedQueries {

    static final List<Query> ALL = List.of(
            // Of every kind and of none: a misspelt type, an unreadable input and a run that was ended by hand have
            // none.
            new Query("  failed", "ExecutionStatus IN (\"Failed\", \"TimedOut\", \"Terminated\")"),
            new Query(
                    "  at work",
                    "ExecutionStatus = \"Running\" AND SlipwayKind IN (\"model\", \"rollout\", \"batch\")"),
            new Query(
                    "  waiting", "ExecutionStatus = \"Running\" AND SlipwayStatus IN (\"waiting\", \"rolling_back\")"));

    private SavedQueries() {}

    /** A search, with its name on the screen. */
    record Query(String name, String text) {

        /** The page that shows what it finds; empty without a UI. */
        Optional<String> address(String workflows) {
            return workflows.isEmpty()
                    ? Optional.empty()
                    : Optional.of(workflows + "?query="
                            + URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20"));
        }
    }
}
