package dev.slipway.domain.environment;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/** The wheel files of a package, which an {@link EnvironmentSpec} names. */
@FunctionalInterface
public interface Wheels {

    /** There are none. */
    Wheels NONE = name -> {
        throw new FileNotFoundException("there is no wheel '%s'".formatted(name));
    };

    /** The bytes of one; the caller closes it. */
    InputStream open(String name) throws IOException;
}
