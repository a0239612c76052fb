package dev.slipway.cli.command;

import dev.slipway.formats.release.Release;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
public final class ProductVersion implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {"Slipway " + Release.version(), "Java " + Runtime.version()};
    }
}
