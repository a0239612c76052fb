package dev.slipway.parts.folder;

import java.nio.file.Path;

/** A process that prints the object store's key of the folder of its argument, or why it cannot. */
final class SecretOfFolder {

    static final String NAME = "objects-secret-key";

    private SecretOfFolder() {}

    public static void main(String[] folder) {
        try {
            System.out.println(DataFolder.existing(Path.of(folder[0]))
                    .orElseThrow()
                    .secrets()
                    .get(NAME));
        } catch (FolderUnusable e) {
            System.out.println(e.getMessage());
        }
    }
}
