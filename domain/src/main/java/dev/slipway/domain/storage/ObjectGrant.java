package dev.slipway.domain.storage;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The buckets and folders that belong to a project.
 *
 * @param folders addresses whose key is empty or ends with a slash
 */
public record ObjectGrant(String account, String project, List<ObjectUri> folders) {

    public ObjectGrant {
        folders = folders.stream().map(ObjectUri::asFolder).toList();
    }

    /**
     * Reads {@code bucket} or {@code bucket/prefix}, where the prefix is whole parts of keys, written as they are in the key.
     *
     * @throws Invalid for every other text
     */
    public static ObjectUri folder(String text) {
        String path = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        int slash = path.indexOf('/');
        String prefix = slash < 0 ? "" : path.substring(slash + 1);
        for (String part : slash < 0 ? new String[0] : prefix.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw new Invalid(
                        ErrorCode.SOURCE_LOCATION,
                        "objects '%s': expected <bucket> or <bucket>/<prefix> without an empty part, '.' and '..'"
                                .formatted(text));
            }
        }
        return new ObjectUri(slash < 0 ? path : path.substring(0, slash), prefix).asFolder();
    }

    boolean includes(ObjectUri uri) {
        return folders.stream().anyMatch(uri::isWithin);
    }

    /** Whether it includes the address, or something below the address. */
    boolean touches(ObjectUri uri) {
        return includes(uri) || folders.stream().anyMatch(folder -> folder.isWithin(uri));
    }

    String shown() {
        return folders.stream()
                .map(folder -> folder.bucket() + "/" + folder.key())
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
