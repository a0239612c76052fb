package dev.slipway.domain.image;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.storage.ObjectUri;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a container image is pulled from. {@code toString} is the form that {@link #parse} reads. */
public sealed interface PullSource {

    /** The tag of a reference that has neither a tag nor a digest. */
    String LATEST = "latest";

    /** The tag to pull; null for a digest, and for the only image of a layout. */
    @Nullable
    String tag();

    /** The digest of the manifest or the index to pull; null for a tag. */
    @Nullable
    ImageDigest digest();

    /**
     * A repository of a registry.
     *
     * @param host name or number, with a port if it is not that of HTTPS
     * @param repository names between slashes
     */
    record Registry(
            String host,
            String repository,
            @Nullable String tag,
            @Nullable ImageDigest digest) implements PullSource {

        private static final Pattern FORM = Pattern.compile(
                "(?<host>[A-Za-z0-9][A-Za-z0-9.-]{0,252}(?::[0-9]{1,5})?|\\[[0-9a-fA-F:]+](?::[0-9]{1,5})?)"
                        + "/(?<repository>[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)"
                        + "(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?");
        private static final int LONGEST_REPOSITORY = 255;

        private static Registry of(String text) {
            Matcher form = FORM.matcher(text);
            if (!form.matches() || form.group("repository").length() > LONGEST_REPOSITORY) {
                throw new Invalid(
                        ErrorCode.SOURCE_LOCATION,
                        "image '%s': expected <registry>/<name>:<tag> or <registry>/<name>@sha256:<64 digits>, for example registry.example.com/group/name:1.0, or an OCI layout in object storage as obs://<bucket>/<folder>"
                                .formatted(text));
            }
            String digest = form.group("digest");
            String tag = form.group("tag");
            return new Registry(
                    form.group("host"),
                    form.group("repository"),
                    tag == null && digest == null ? LATEST : tag,
                    digest == null ? null : new ImageDigest(digest));
        }

        @Override
        public String toString() {
            return "%s/%s%s%s"
                    .formatted(host, repository, tag == null ? "" : ":" + tag, digest == null ? "" : "@" + digest);
        }
    }

    /**
     * An OCI image layout in object storage.
     *
     * @param folder with {@code oci-layout}, {@code index.json} and {@code blobs}
     */
    record Layout(
            ObjectUri folder,
            @Nullable String tag,
            @Nullable ImageDigest digest) implements PullSource {

        private static final Pattern ENDING = Pattern.compile(
                "(?<folder>.+?)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?");

        private static Layout of(String text, String objectHost) {
            Matcher parts = ENDING.matcher(text);
            if (!parts.matches()) {
                throw new Invalid(
                        ErrorCode.SOURCE_LOCATION,
                        "image '%s': expected the address of an OCI layout, as obs://<bucket>/<folder>, obs://<bucket>/<folder>:<tag> or obs://<bucket>/<folder>@sha256:<64 digits>"
                                .formatted(text));
            }
            String digest = parts.group("digest");
            return new Layout(
                    ObjectUri.parse(parts.group("folder"), objectHost).asFolder(),
                    parts.group("tag"),
                    digest == null ? null : new ImageDigest(digest));
        }

        @Override
        public String toString() {
            String name = folder.toString();
            return "%s%s%s"
                    .formatted(
                            name.endsWith("/") ? name.substring(0, name.length() - 1) : name,
                            tag == null ? "" : ":" + tag,
                            digest == null ? "" : "@" + digest);
        }
    }

    /**
     * Reads {@code <registry>/<name>[:<tag>][@<digest>]}, or the address of a folder in object storage with the same endings.
     *
     * @param objectHost as for {@link ObjectUri#parse}
     * @throws Invalid SOURCE_LOCATION for every other text
     */
    static PullSource parse(String text, String objectHost) {
        boolean isAddress = text.startsWith("/")
                || text.startsWith("obs://")
                || text.startsWith("s3://")
                || text.startsWith("https://")
                || text.startsWith("http://");
        return isAddress ? Layout.of(text, objectHost) : Registry.of(text);
    }
}
