package dev.slipway.domain.image;

import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.storage.StoredObject;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Files of a model that its image names in place of having them: they are fetched where it is deployed. An image has them as a file beside
 * the model, so that its digest stands for their versions too.
 *
 * @param files in the order of the package
 */
public record FetchedFiles(List<Entry> files) {

    /** The name of the file beside the folder {@code model}. */
    public static final String NAME = "fetched-files";

    private static final int FIELDS = 6;

    public FetchedFiles {
        files = List.copyOf(files);
    }

    /**
     * One of them.
     *
     * @param path as that of an {@link ImageFile}
     * @param origin the version of the object that it is
     */
    public record Entry(String path, ImageFile.Origin origin) {}

    /** Of all files. */
    public long bytes() {
        return files.stream().mapToLong(file -> file.origin().object().size()).sum();
    }

    /** A line for each file: path, size, project, etag, bucket and key, each encoded as in a URL. */
    public String toText() {
        return files.stream().map(FetchedFiles::line).collect(Collectors.joining());
    }

    private static String line(Entry file) {
        StoredObject object = file.origin().object();
        return List.of(
                                file.path(),
                                String.valueOf(object.size()),
                                file.origin().project(),
                                object.etag(),
                                object.uri().bucket(),
                                object.uri().key())
                        .stream()
                        .map(field -> URLEncoder.encode(field, StandardCharsets.UTF_8))
                        .collect(Collectors.joining(" "))
                + "\n";
    }

    /**
     * What {@link #toText} has written.
     *
     * @throws IllegalArgumentException for every other text
     */
    public static FetchedFiles parse(String text) {
        return new FetchedFiles(text.lines().map(FetchedFiles::read).toList());
    }

    private static Entry read(String line) {
        String[] fields = line.split(" ", -1);
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException(
                    "'%s' of an image: expected %d fields in a line, found '%s'".formatted(NAME, FIELDS, line));
        }
        for (int each = 0; each < FIELDS; each++) {
            fields[each] = URLDecoder.decode(fields[each], StandardCharsets.UTF_8);
        }
        long size = Long.parseLong(fields[1]);
        StoredObject object = new StoredObject(new ObjectUri(fields[4], fields[5]), size, fields[3]);
        ImageFile.Origin origin = new ImageFile.Origin(fields[2], object);
        // Refuses paths that lead out of the image.
        ImageFile file = new ImageFile(fields[0], size, origin, () -> {
            throw new IllegalStateException("it is only fetched where it is deployed");
        });
        return new Entry(file.path(), origin);
    }
}
