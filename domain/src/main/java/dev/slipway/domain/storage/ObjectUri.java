package dev.slipway.domain.storage;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The address of an object or of a folder of objects (a key that ends with a slash, or the empty key for a whole bucket). {@link
 * #toString()} is its {@code obs://bucket/key} form.
 *
 * @param bucket 3 to 63 characters, by the rules of S3
 * @param key any that a store may list; may be empty
 */
public record ObjectUri(String bucket, String key) {

    private static final String SCHEME = "obs://";

    /** Of a key, in bytes of UTF-8: the limit of S3. */
    public static final int LONGEST_KEY = 1024;

    private static final int SHOWN = 100;

    public ObjectUri {
        if (!bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
            throw new Invalid(
                    ErrorCode.SOURCE_LOCATION,
                    "object address: '%s' is not a bucket name, expected 3 to 63 of a-z, 0-9, '.', '-'"
                            .formatted(bucket));
        }
        int bytes = key.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST_KEY) {
            throw new Invalid(
                    ErrorCode.SOURCE_LOCATION,
                    "object address: the key '%s…' has %d bytes, expected at most %d"
                            .formatted(key.substring(0, SHOWN), bytes, LONGEST_KEY));
        }
    }

    /**
     * Reads one of {@code obs://bucket/key}, {@code s3://bucket/key}, {@code /bucket/key} and {@code http[s]://bucket.<objectHost>/key}
     * (percent-encoded; a port is ignored).
     *
     * @throws Invalid {@link ErrorCode#SOURCE_LOCATION} for every other text, including foreign hosts and signed links
     */
    public static ObjectUri parse(String text, String objectHost) {
        for (String scheme : new String[] {SCHEME, "s3://", "/"}) {
            if (text.startsWith(scheme) && !text.startsWith("//")) {
                return plain(text, ofPath(text, text.substring(scheme.length())));
            }
        }
        int authority = text.startsWith("https://") ? 8 : text.startsWith("http://") ? 7 : -1;
        if (authority < 0) {
            throw unreadable(text, objectHost);
        }
        int slash = text.indexOf('/', authority);
        String host = slash < 0 ? text.substring(authority) : text.substring(authority, slash);
        String path = slash < 0 ? "" : text.substring(slash + 1);
        int port = host.indexOf(':');
        String name = port < 0 ? host : host.substring(0, port);
        String suffix =
                "." + (objectHost.indexOf(':') < 0 ? objectHost : objectHost.substring(0, objectHost.indexOf(':')));
        if (!name.endsWith(suffix) || name.length() == suffix.length()) {
            throw new Invalid(
                    ErrorCode.SOURCE_LOCATION,
                    "object address '%s': host '%s' is not served here, expected https://<bucket>%s/<key>, obs://<bucket>/<key>, s3://<bucket>/<key> or /<bucket>/<key>"
                            .formatted(text, name, suffix));
        }
        if (path.indexOf('?') >= 0 || path.indexOf('#') >= 0) {
            throw new Invalid(
                    ErrorCode.SOURCE_LOCATION,
                    "object address '%s': signed links and queries are not supported yet, expected https://<bucket>%s/<key>"
                            .formatted(text, suffix));
        }
        return plain(text, new ObjectUri(name.substring(0, name.length() - suffix.length()), decode(text, path)));
    }

    /**
     * Reads what {@link #toString()} wrote: also addresses of objects that were listed and whose keys nobody may ask for by {@link #parse}.
     *
     * @throws Invalid {@link ErrorCode#SOURCE_LOCATION} for every other text
     */
    public static ObjectUri read(String written) {
        if (!written.startsWith(SCHEME)) {
            throw new Invalid(
                    ErrorCode.SOURCE_LOCATION,
                    "object address '%s': expected %s<bucket>/<key>".formatted(written, SCHEME));
        }
        return ofPath(written, written.substring(SCHEME.length()));
    }

    /** The same bucket, {@code name} appended to the key as to a folder. */
    public ObjectUri resolve(String name) {
        return new ObjectUri(bucket, asFolder().key + name);
    }

    /** The same address with a key that is empty or ends with a slash. */
    public ObjectUri asFolder() {
        return key.isEmpty() || key.endsWith("/") ? this : new ObjectUri(bucket, key + "/");
    }

    /** Whether this is {@code folder} or below it. */
    public boolean isWithin(ObjectUri folder) {
        return bucket.equals(folder.bucket) && asFolder().key.startsWith(folder.asFolder().key);
    }

    /** The part of the key after its last slash. */
    public String baseName() {
        return key.substring(key.lastIndexOf('/') + 1);
    }

    @Override
    public String toString() {
        return SCHEME + bucket + "/" + key;
    }

    private static ObjectUri ofPath(String text, String path) {
        int slash = path.indexOf('/');
        String bucket = slash < 0 ? path : path.substring(0, slash);
        if (bucket.isEmpty()) {
            throw new Invalid(ErrorCode.SOURCE_LOCATION, "object address '%s' names no bucket".formatted(text));
        }
        return new ObjectUri(bucket, slash < 0 ? "" : path.substring(slash + 1));
    }

    /** Object stores and their clients resolve such keys as paths, each in a different way, and so find another object. */
    private static ObjectUri plain(String text, ObjectUri uri) {
        if (uri.key.startsWith("/")) {
            throw new Invalid(
                    ErrorCode.SOURCE_LOCATION,
                    "object address '%s': expected a key that does not begin with '/'".formatted(text));
        }
        for (String part : uri.key.split("/", -1)) {
            if (part.equals(".") || part.equals("..")) {
                throw new Invalid(
                        ErrorCode.SOURCE_LOCATION,
                        "object address '%s': expected no '%s' as a part of the key, name the object directly"
                                .formatted(text, part));
            }
        }
        return uri;
    }

    private static String decode(String text, String path) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(path.length());
        int next = 0;
        while (next < path.length()) {
            int escape = path.indexOf('%', next);
            int end = escape < 0 ? path.length() : escape;
            bytes.writeBytes(path.substring(next, end).getBytes(StandardCharsets.UTF_8));
            next = end;
            if (escape >= 0) {
                bytes.write(escaped(text, path, escape));
                next = escape + 3;
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw notEncoded(text, "its bytes are not UTF-8");
        }
    }

    private static int escaped(String text, String path, int at) {
        String digits = path.substring(at + 1, Math.min(at + 3, path.length()));
        if (!digits.matches("[0-9A-Fa-f]{2}")) {
            throw notEncoded(text, "'%' is not followed by two hexadecimal digits, write %25 for a percent sign");
        }
        return Integer.parseInt(digits, 16);
    }

    private static Invalid notEncoded(String text, String reason) {
        return new Invalid(
                ErrorCode.SOURCE_LOCATION,
                "object address '%s' is not correctly percent-encoded: %s".formatted(text, reason));
    }

    private static Invalid unreadable(String text, String objectHost) {
        return new Invalid(
                ErrorCode.SOURCE_LOCATION,
                "object address '%s' cannot be read, expected https://<bucket>.%s/<key>, obs://<bucket>/<key>, s3://<bucket>/<key> or /<bucket>/<key>"
                        .formatted(text, objectHost));
    }
}
