package dev.slipway.formats.model;

import dev.slipway.formats.wire.WireRecord;
import java.util.List;

/**
 * What the instances of a model run in. An extension of ours.
 *
 * @param digest models of one digest share one environment
 * @param python version of the interpreter
 * @param packages what was installed for it, as {@code name==version}; empty if nothing was
 */
@WireRecord
public record EnvironmentShown(String digest, String python, List<String> packages) {
    public EnvironmentShown {
        packages = List.copyOf(packages);
    }
}
