package dev.slipway.parts.objectstore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.StorageClass;

/** Pages of keys as S3 lists them: in the order of their bytes, grouped by a delimiter. Reads only what a page shows. */
final class ObjectListing {

    private static final int PAGE = 1000;
    /** Both are S3Proxy's: the digest's 16 bytes, or the ETag of an upload in parts as text. */
    private static final String ETAG = "user.content-md5";

    private static final String STORAGE_CLASS = "user.storage-tier";
    private static final int LONGEST_ATTRIBUTE = 128;
    private static final int DIGEST_BYTES = 16;

    private final Path root;
    private final FolderNames folders = new FolderNames();

    ObjectListing(Path root) {
        this.root = root;
    }

    /** @throws IOException if the folder cannot be read */
    ListObjectsV2Response page(ListObjectsV2Request request) throws IOException {
        Path bucket = root.resolve(request.bucket());
        byte[] prefix = text(request.prefix());
        byte[] delimiter = text(request.delimiter());
        int limit = request.maxKeys() == null ? PAGE : request.maxKeys();
        KeyWalk walk = new KeyWalk(folders, bucket, prefix, Arrays.equals(delimiter, Bytes.SLASH));
        byte[] bound = bound(request, prefix, delimiter);

        List<S3Object> objects = new ArrayList<>();
        List<CommonPrefix> groups = new ArrayList<>();
        String last = null;
        while (limit > 0) {
            byte[] key = walk.firstFrom(bound);
            if (key == null) {
                last = null;
                break;
            }
            int end = groupEnd(key, prefix, delimiter);
            S3Object object = end < 0 ? object(bucket, key) : null;
            bound = end < 0 ? Bytes.after(key) : Bytes.afterAllOf(Arrays.copyOf(key, end));
            if (end < 0 && object == null) {
                continue;
            }
            if (objects.size() + groups.size() == limit) {
                break;
            }
            last = new String(key, 0, end < 0 ? key.length : end, StandardCharsets.UTF_8);
            if (object == null) {
                String group = last;
                groups.add(CommonPrefix.builder().prefix(group).build());
            } else {
                objects.add(object);
            }
        }
        return ListObjectsV2Response.builder()
                .contents(objects)
                .commonPrefixes(groups)
                .keyCount(objects.size() + groups.size())
                .isTruncated(last != null)
                .nextContinuationToken(last)
                .build();
    }

    private static byte[] text(@Nullable String text) {
        return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bound(ListObjectsV2Request request, byte[] prefix, byte[] delimiter) {
        byte[] marker = text(request.continuationToken() == null ? request.startAfter() : request.continuationToken());
        if (marker.length == 0) {
            return marker;
        }
        // A page that ended with a group goes on after all of the group.
        return groupEnd(marker, prefix, delimiter) == marker.length ? Bytes.afterAllOf(marker) : Bytes.after(marker);
    }

    /** Where the part of a key ends that it has in common with its group; -1 if it belongs to none. */
    private static int groupEnd(byte[] key, byte[] prefix, byte[] delimiter) {
        if (delimiter.length == 0 || !Bytes.startsWith(key, prefix)) {
            return -1;
        }
        int found = Bytes.indexOf(key, delimiter, prefix.length);
        return found < 0 ? -1 : found + delimiter.length;
    }

    /** Null if it was removed meanwhile. */
    private static @Nullable S3Object object(Path bucket, byte[] key) throws IOException {
        Path file = bucket.resolve(ObjectNames.ofObject(key));
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            UserDefinedFileAttributeView view = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
            byte[] etag = attribute(view, ETAG);
            byte[] storageClass = attribute(view, STORAGE_CLASS);
            return S3Object.builder()
                    .key(new String(key, StandardCharsets.UTF_8))
                    .size(attributes.size())
                    .lastModified(attributes.lastModifiedTime().toInstant())
                    .eTag(etag == null ? null : etag(etag))
                    .storageClass(
                            storageClass == null
                                    ? StorageClass.STANDARD.toString()
                                    : new String(storageClass, StandardCharsets.UTF_8))
                    .build();
        } catch (NoSuchFileException removed) {
            return null;
        }
    }

    private static String etag(byte[] stored) {
        return stored.length == DIGEST_BYTES
                ? HexFormat.of().formatHex(stored)
                : new String(stored, StandardCharsets.US_ASCII);
    }

    private static byte @Nullable [] attribute(@Nullable UserDefinedFileAttributeView view, String name)
            throws IOException {
        if (view == null) {
            return null;
        }
        ByteBuffer value = ByteBuffer.allocate(LONGEST_ATTRIBUTE);
        try {
            view.read(name, value);
        } catch (NoSuchFileException removed) {
            throw removed;
        } catch (IOException | UnsupportedOperationException notThere) {
            return null;
        }
        return Arrays.copyOf(value.array(), value.position());
    }
}
