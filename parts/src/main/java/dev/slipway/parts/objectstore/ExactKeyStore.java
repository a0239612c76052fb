package dev.slipway.parts.objectstore;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectAclRequest;
import software.amazon.awssdk.services.s3.model.GetObjectAclResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * S3Proxy's store on a folder, with a path of its own for each key ({@link ObjectNames}), listings that take time in proportion to what
 * they list ({@link ObjectListing}), and objects that are on disk when their upload is confirmed.
 */
final class ExactKeyStore extends ForwardingBlobStore {

    /** A folder is removed with its last object, possibly just before another one is written into it. */
    private static final int TRIES = 20;

    private final Path root;
    private final ObjectListing listing;

    ExactKeyStore(Path root) {
        super(new FilesystemNio2BlobStore(root.toString()));
        this.root = root;
        this.listing = new ObjectListing(root);
    }

    @Override
    public ListObjectsV2Response list(ListObjectsV2Request request) {
        delegate()
                .headBucket(HeadBucketRequest.builder().bucket(request.bucket()).build());
        try {
            return listing.page(request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void clearContainer(ListObjectsV2Request request) {
        throw new UnsupportedOperationException("a bucket is removed once it is empty");
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
        String path = ObjectNames.ofObject(request.key());
        PutObjectRequest at = request.copy(changed -> changed.key(path));
        Untouched untouched = new Untouched(payload);
        for (int attempt = 1; ; attempt++) {
            try {
                PutObjectResponse response = delegate().putBlob(at, untouched);
                force(request.bucket(), path);
                return response;
            } catch (RuntimeException e) {
                if (!(e.getCause() instanceof NoSuchFileException) || untouched.isRead || attempt == TRIES) {
                    throw e;
                }
            }
        }
    }

    /** Bytes of which it is known whether any was asked for. */
    private static final class Untouched extends FilterInputStream {

        private boolean isRead;

        Untouched(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            isRead = true;
            return super.read();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            isRead = true;
            return super.read(buffer, offset, length);
        }

        @Override
        public long transferTo(OutputStream out) throws IOException {
            isRead = true;
            return in.transferTo(out);
        }
    }

    /** What is confirmed outlives a power cut: rows of the database, which does so, name it. */
    private void force(String bucket, String path) {
        Path file = root.resolve(bucket).resolve(path);
        try {
            force(file);
            force(Objects.requireNonNull(file.getParent()));
        } catch (NoSuchFileException removed) {
            // by a concurrent request
        } catch (IOException e) {
            throw new UncheckedIOException("'%s' cannot be forced to disk".formatted(file), e);
        }
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            channel.force(true);
        }
    }

    @Override
    public CopyObjectResponse copyBlob(CopyObjectRequest request) {
        String path = ObjectNames.ofObject(request.destinationKey());
        CopyObjectResponse response = delegate()
                .copyBlob(request.copy(changed -> changed.sourceKey(ObjectNames.ofObject(request.sourceKey()))
                        .copySourceIfModifiedSince(endOfSecond(request.copySourceIfModifiedSince()))
                        .copySourceIfUnmodifiedSince(endOfSecond(request.copySourceIfUnmodifiedSince()))
                        .destinationKey(path)));
        force(request.destinationBucket(), path);
        return response;
    }

    @Override
    public boolean blobExists(String container, String key) {
        return delegate().blobExists(container, ObjectNames.ofObject(key));
    }

    @Override
    public HeadObjectResponse blobMetadata(HeadObjectRequest request) {
        return delegate().blobMetadata(request.copy(changed -> changed.key(ObjectNames.ofObject(request.key()))));
    }

    @Override
    public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
        return delegate().getBlob(request.copy(changed -> changed.key(ObjectNames.ofObject(request.key()))
                .ifModifiedSince(endOfSecond(request.ifModifiedSince()))
                .ifUnmodifiedSince(endOfSecond(request.ifUnmodifiedSince()))));
    }

    /** Times of headers have no fraction, those of files have: an object is not younger than what it says of itself. */
    private static @Nullable Instant endOfSecond(@Nullable Instant time) {
        return time == null ? null : time.plusSeconds(1).minusNanos(1);
    }

    @Override
    public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
        return delegate().removeBlob(request.copy(changed -> changed.key(ObjectNames.ofObject(request.key()))));
    }

    @Override
    public ObjectCannedACL getBlobAccess(String container, String key) {
        return delegate().getBlobAccess(container, ObjectNames.ofObject(key));
    }

    @Override
    public ObjectCannedACL getBlobAccess(String container, String key, @Nullable String version) {
        return delegate().getBlobAccess(container, ObjectNames.ofObject(key), version);
    }

    @Override
    public GetObjectAclResponse getBlobAcl(GetObjectAclRequest request) {
        return delegate().getBlobAcl(request.copy(changed -> changed.key(ObjectNames.ofObject(request.key()))));
    }

    @Override
    public void setBlobAccess(String container, String key, ObjectCannedACL access) {
        delegate().setBlobAccess(container, ObjectNames.ofObject(key), access);
    }

    @Override
    public void setBlobAccess(String container, String key, ObjectCannedACL access, @Nullable String version) {
        delegate().setBlobAccess(container, ObjectNames.ofObject(key), access, version);
    }

    @Override
    public MultipartUpload initiateMultipartUpload(CreateMultipartUploadRequest request) {
        MultipartUpload begun = delegate().initiateMultipartUpload(at(request));
        return new MultipartUpload(begun.id(), request, begun.response());
    }

    @Override
    public void abortMultipartUpload(MultipartUpload upload) {
        delegate().abortMultipartUpload(at(upload));
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(
            MultipartUpload upload, CompleteMultipartUploadRequest request) {
        String path = ObjectNames.ofObject(upload.blobName());
        CompleteMultipartUploadResponse response =
                delegate().completeMultipartUpload(at(upload), request.copy(changed -> changed.key(path)));
        force(upload.containerName(), path);
        return response;
    }

    @Override
    public UploadPartResponse uploadMultipartPart(MultipartUpload upload, UploadPartRequest request, InputStream is) {
        failIfEnded(upload);
        return delegate()
                .uploadMultipartPart(
                        at(upload), request.copy(changed -> changed.key(ObjectNames.ofObject(upload.blobName()))), is);
    }

    /** Nobody would ever remove the part of an upload that does not exist. */
    private void failIfEnded(MultipartUpload upload) {
        // What the server below keeps for an upload from its beginning to its end.
        String begun = ".mpus-%s-%s-stub".formatted(upload.id(), ObjectNames.ofObject(upload.blobName()));
        if (Files.notExists(root.resolve(upload.containerName()).resolve(begun))) {
            throw ObjectNames.refused(
                    404,
                    "NoSuchUpload",
                    "the upload '%s' does not exist: it was completed or aborted, or has another key"
                            .formatted(upload.id()));
        }
    }

    @Override
    public List<Part> listMultipartUpload(MultipartUpload upload) {
        return delegate().listMultipartUpload(at(upload));
    }

    @Override
    public List<software.amazon.awssdk.services.s3.model.MultipartUpload> listMultipartUploads(String container) {
        List<software.amazon.awssdk.services.s3.model.MultipartUpload> uploads = new ArrayList<>();
        for (var upload : delegate().listMultipartUploads(container)) {
            String key = ObjectNames.keyOf(upload.key());
            if (key != null) {
                uploads.add(upload.copy(changed -> changed.key(key)));
            }
        }
        return uploads;
    }

    private static MultipartUpload at(MultipartUpload upload) {
        return new MultipartUpload(upload.id(), at(upload.request()), upload.response());
    }

    private static CreateMultipartUploadRequest at(CreateMultipartUploadRequest request) {
        return request.copy(changed -> changed.key(ObjectNames.ofObject(request.key())));
    }
}
