package dev.slipway.standalone.command;

/** What a command that works with every slipway.yml says about one that has a fault. */
final class SettingsNote {

    private SettingsNote() {}

    static String of(String fault) {
        return fault + "; the next start refuses that. Shown here is what the last start used";
    }
}
