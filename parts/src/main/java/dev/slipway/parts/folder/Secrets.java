package dev.slipway.parts.folder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/** The passwords and keys of an installation, one file each, readable by their owner only, created at the first use. */
public final class Secrets {

    private static final String ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path folder;

    Secrets(Path folder) {
        this.folder = folder;
    }

    /**
     * The secret of this name; 32 random letters and digits (186 bits) are generated and kept if there is none. Concurrent processes get
     * the same.
     *
     * @throws IllegalArgumentException when the name is no plain file name
     * @throws FolderUnusable if this user may not read it
     */
    public synchronized String get(String name) {
        Path file = file(name);
        try {
            if (!Files.exists(file)) {
                DurableFile.writeIfAbsent(file, random(32) + "\n", "rw-------");
            }
            String secret = Files.readString(file).strip();
            if (secret.isEmpty()) {
                throw new IllegalStateException(
                        "secret file '%s' is empty; write the secret into it, or remove it together with the data that it protects"
                                .formatted(file));
            }
            return secret;
        } catch (AccessDeniedException denied) {
            throw FolderUnusable.unreadable(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the secret file '" + file + "'", e);
        }
    }

    /** True when the secret of this name was made already. */
    public boolean has(String name) {
        return Files.exists(file(name));
    }

    /** The file of a secret, for programs that take a file and not a value. It exists once {@link #get} was called. */
    public Path file(String name) {
        if (!name.matches("[a-z0-9-]+")) {
            throw new IllegalArgumentException(
                    "name of a secret '%s': expected lower case letters, digits and -".formatted(name));
        }
        return folder.resolve(name);
    }

    private static String random(int length) {
        StringBuilder secret = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            secret.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return secret.toString();
    }
}
