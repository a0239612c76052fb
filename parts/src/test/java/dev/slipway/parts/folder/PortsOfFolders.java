package dev.slipway.parts.folder;

import java.nio.file.Path;

/** A process that opens the folders of its arguments and prints a line for each: its ports, or why it cannot be used. */
final class PortsOfFolders {

    private PortsOfFolders() {}

    public static void main(String[] folders) {
        for (String folder : folders) {
            try {
                DataFolder data =
                        DataFolder.existing(Path.of(folder)).orElseGet(() -> DataFolder.open(Path.of(folder)));
                int first = data.ports().get(PortName.API);
                System.out.println(first + " " + data.ports().kept().values());
            } catch (FolderUnusable e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
