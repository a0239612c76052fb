package dev.slipway.cli.command;

/** A command that takes no data folder, though most do. */
@FunctionalInterface
public interface NeedsNoFolder {

    /** What to do in place of {@code --data} and {@code --config}, as the end of a sentence. */
    String inPlaceOfFolder();
}
