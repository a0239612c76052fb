package dev.slipway.adapters.images;

import dev.slipway.domain.image.ImageStart;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/** The script that an image starts, among its unpacked files. Links are not followed: they may lead out of them. */
final class ImageScript {

    private static final List<String> SHELLS = List.of("sh", "bash", "ash", "dash");

    private ImageScript() {}

    private static boolean isShell(String program) {
        return SHELLS.contains(program.substring(program.lastIndexOf('/') + 1));
    }

    /** Its beginning; empty if the image starts a program, or by a name that has to be looked for. */
    static String beginning(Path root, List<String> command) throws IOException {
        int first = !command.isEmpty() && isShell(command.getFirst()) ? 1 : 0;
        if (command.size() <= first
                || !command.get(first).startsWith("/")
                || command.get(first).indexOf('\0') >= 0) {
            return "";
        }
        Path file = root;
        for (Path name : Path.of(command.get(first)).normalize()) {
            file = file.resolve(name);
            if (Files.isSymbolicLink(file)) {
                return "";
            }
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return "";
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(ImageStart.SCRIPT_BYTES);
            boolean isScript = first == 1 || (bytes.length > 2 && bytes[0] == '#' && bytes[1] == '!');
            return isScript ? new String(bytes, StandardCharsets.ISO_8859_1) : "";
        }
    }
}
