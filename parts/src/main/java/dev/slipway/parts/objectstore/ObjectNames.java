package dev.slipway.parts.objectstore;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What objects are called on disk. Every key has a path of its own, and no path is that of two keys: each part between slashes is a file
 * name whose last character tells what it is, {@code +} for a folder, {@code =} for an object, {@code ~} for the beginning of a part that
 * is too long for one name. Bytes other than letters, digits and {@code . _ - @ ,} are written as {@code %} and two hexadecimal digits. A
 * name with another end is a file that is still being written.
 *
 * <p>So {@code in/a.csv} lies at {@code in+/a.csv=}, {@code in//a.csv} at {@code in+/+/a.csv=}, and {@code in/} at {@code in+/=}.
 */
final class ObjectNames {

    static final char FOLDER = '+';
    static final char OBJECT = '=';
    static final char CONTINUED = '~';

    /** S3's own limit. */
    private static final int LONGEST_KEY = 1024;
    /** A file name may have 255 bytes; the server adds up to 91 to it while an object is uploaded in parts. */
    private static final int LONGEST_NAME = 160;

    private ObjectNames() {}

    /**
     * The bytes of a key, by which keys are ordered.
     *
     * @throws S3Exception 400, if no object may have this key
     */
    static byte[] bytes(String key) {
        ByteBuffer encoded;
        try {
            encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(key));
        } catch (CharacterCodingException e) {
            throw refused(
                    "InvalidURI", "the key is not valid Unicode: write its UTF-8 bytes, escaped by percent signs");
        }
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        if (bytes.length > LONGEST_KEY) {
            throw refused(
                    "KeyTooLongError",
                    "the key has %d bytes, expected at most %d".formatted(bytes.length, LONGEST_KEY));
        }
        key.chars().filter(ObjectNames::cannotBeListed).findFirst().ifPresent(character -> {
            throw refused(
                    "InvalidArgument",
                    "the key has the control character U+%04X, which a listing in XML cannot contain"
                            .formatted(character));
        });
        return bytes;
    }

    private static boolean cannotBeListed(int character) {
        return character < ' ' || character == 0xFFFE || character == 0xFFFF;
    }

    /** Where the object of this key lies below its bucket, as the path that the server below is given as its key. */
    static String ofObject(String key) {
        return encoded(bytes(key)) + OBJECT;
    }

    /** Where a folder lies below its bucket. */
    static String ofFolder(byte[] keyWithSlash) {
        String encoded = encoded(keyWithSlash);
        return encoded.isEmpty() ? encoded : encoded.substring(0, encoded.length() - 1);
    }

    /** Where an object lies below its bucket. */
    static String ofObject(byte[] key) {
        return encoded(key) + OBJECT;
    }

    private static String encoded(byte[] key) {
        StringBuilder path = new StringBuilder(key.length + 16);
        int begin = 0;
        for (byte each : key) {
            if (each == '/') {
                path.append(FOLDER).append('/');
                begin = path.length();
                continue;
            }
            if (path.length() - begin + 3 > LONGEST_NAME) {
                path.append(CONTINUED).append('/');
                begin = path.length();
            }
            if (isPlain(each) && !(each == '.' && path.length() == begin)) {
                path.append((char) each);
            } else {
                path.append('%').append(HexFormat.of().withUpperCase().toHexDigits(each));
            }
        }
        return path.toString();
    }

    private static boolean isPlain(byte each) {
        return (each >= 'a' && each <= 'z')
                || (each >= 'A' && each <= 'Z')
                || (each >= '0' && each <= '9')
                || each == '.'
                || each == '_'
                || each == '-'
                || each == '@'
                || each == ',';
    }

    /** The key of a path that {@link #ofObject(String)} made; null for any other path. */
    static @Nullable String keyOf(String path) {
        if (path.isEmpty() || path.charAt(path.length() - 1) != OBJECT) {
            return null;
        }
        ByteArrayOutputStream key = new ByteArrayOutputStream();
        for (String name : path.split("/", -1)) {
            byte[] text = textOf(name);
            if (text == null) {
                return null;
            }
            key.writeBytes(text);
            if (name.charAt(name.length() - 1) == FOLDER) {
                key.write('/');
            }
        }
        return key.toString(StandardCharsets.UTF_8);
    }

    /** The bytes that a name stands for, without what its last character says; null if it is the name of no object and no folder. */
    static byte @Nullable [] textOf(String name) {
        int end = name.length() - 1;
        if (end < 0 || "+=~".indexOf(name.charAt(end)) < 0) {
            return null;
        }
        byte[] text = new byte[end];
        int length = 0;
        for (int i = 0; i < end; i++) {
            char each = name.charAt(i);
            if (each != '%') {
                text[length++] = (byte) each;
                continue;
            }
            if (i + 2 >= end) {
                return null;
            }
            int value = Character.digit(name.charAt(i + 1), 16) * 16 + Character.digit(name.charAt(i + 2), 16);
            if (value < 0) {
                return null;
            }
            text[length++] = (byte) value;
            i += 2;
        }
        return Arrays.copyOf(text, length);
    }

    private static S3Exception refused(String code, String message) {
        return refused(400, code, message);
    }

    /** What the server answers with this status and code. */
    static S3Exception refused(int status, String code, String message) {
        return (S3Exception) S3Exception.builder()
                .statusCode(status)
                .message(message)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage(message)
                        .build())
                .build();
    }
}
