package dev.slipway.adapters.objectstore;

import dev.slipway.domain.problem.Conflict;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NotAllowed;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.storage.ContentType;
import dev.slipway.domain.storage.ObjectPage;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.storage.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.CompletedMultipartUpload;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** {@link ObjectStore} over any server that speaks S3. Safe for use by many threads. */
public final class S3ObjectStore implements ObjectStore, AutoCloseable {

    /**
     * How long a request waits for the next byte, in either direction, before the store counts as one that does not answer. A connection
     * is waited for three seconds.
     */
    public static final Duration ANSWER_LIMIT = Duration.ofSeconds(15);

    private static final int PAGE = 1000;
    private static final int LONGEST_PART = 255;
    private static final int CONFLICT_TRIES = 5;
    private static final int MOST_PARTS = 10_000;
    private static final long SMALLEST_PART = 64L << 20;

    private final S3Client client;
    private final SdkHttpClient http;
    private final long singlePutLimit;

    private S3ObjectStore(S3Client client, SdkHttpClient http, long singlePutLimit) {
        this.client = client;
        this.http = http;
        this.singlePutLimit = singlePutLimit;
    }

    /** Creates the client; connects at the first use only. */
    public static S3ObjectStore open(ObjectStoreProperties properties) {
        return open(properties, SMALLEST_PART, ANSWER_LIMIT);
    }

    /**
     * @param singlePutLimit longer files are uploaded in several parts
     * @param answerLimit in place of {@link #ANSWER_LIMIT}
     */
    static S3ObjectStore open(ObjectStoreProperties properties, long singlePutLimit, Duration answerLimit) {
        SdkHttpClient http = new StallGuard(http(properties.endpoint(), answerLimit), answerLimit);
        S3Client client = S3Client.builder()
                .endpointOverride(URI.create(properties.endpoint()))
                .region(Region.of(properties.region()))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(properties.accessKey(), properties.secretKey())))
                .httpClient(http)
                // Servers other than Amazon's may not support trailing checksums and chunked signatures.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .serviceConfiguration(S3Configuration.builder()
                        .pathStyleAccessEnabled(true)
                        .chunkedEncodingEnabled(false)
                        .build())
                .build();
        return new S3ObjectStore(client, http, singlePutLimit);
    }

    private static SdkHttpClient http(String endpoint, Duration answerLimit) {
        UrlConnectionHttpClient.Builder http = UrlConnectionHttpClient.builder()
                .connectionTimeout(Duration.ofSeconds(3))
                .socketTimeout(answerLimit);
        if ("http".equalsIgnoreCase(URI.create(endpoint).getScheme())) {
            // No certificates are loaded: there is no TLS here, and reading those of the JDK takes long.
            http.tlsTrustManagersProvider(() -> new TrustManager[0]);
        }
        return http.build();
    }

    /** Creates the bucket unless we own one of this name. */
    public void createBucket(String bucket) {
        ObjectUri whole = new ObjectUri(bucket, "");
        try {
            client.createBucket(request -> request.bucket(bucket));
        } catch (S3Exception e) {
            if (e.statusCode() != 409) {
                throw translated(whole, e);
            }
        } catch (SdkClientException e) {
            throw unavailable(whole, e);
        }
    }

    @Override
    public ObjectPage list(ObjectUri folder, @Nullable String from) {
        ListObjectsV2Response response = calling(
                folder,
                () -> client.listObjectsV2(request -> request.bucket(folder.bucket())
                        .prefix(folder.asFolder().key())
                        .startAfter(from)
                        .maxKeys(PAGE)));
        List<StoredObject> objects = response.contents().stream()
                .map(object -> new StoredObject(
                        new ObjectUri(folder.bucket(), object.key()), object.size(), unquoted(object.eTag())))
                .toList();
        boolean more = Boolean.TRUE.equals(response.isTruncated()) && !objects.isEmpty();
        return new ObjectPage(objects, more ? objects.getLast().uri().key() : null);
    }

    @Override
    public Optional<StoredObject> head(ObjectUri uri) {
        try {
            HeadObjectResponse response = calling(
                    uri,
                    () -> client.headObject(
                            request -> request.bucket(uri.bucket()).key(uri.key())));
            return Optional.of(new StoredObject(uri, response.contentLength(), unquoted(response.eTag())));
        } catch (NotFound none) {
            return Optional.empty();
        }
    }

    @Override
    public InputStream open(ObjectUri uri, long offset) {
        return open(uri, offset, null);
    }

    @Override
    public Optional<InputStream> openVersion(StoredObject version, long offset) {
        try {
            return Optional.of(open(version.uri(), offset, version.etag()));
        } catch (Conflict replaced) {
            return Optional.empty();
        } catch (NotFound removed) {
            if (removed.getCause() instanceof NoSuchBucketException) {
                throw removed;
            }
            return Optional.empty();
        }
    }

    /** @throws Conflict if it has another etag than this one */
    private InputStream open(ObjectUri uri, long offset, @Nullable String etag) {
        try {
            return new AbortingStream(client.getObject(request -> {
                request.bucket(uri.bucket()).key(uri.key());
                if (etag != null) {
                    request.ifMatch("\"" + etag + "\"");
                }
                if (offset > 0) {
                    request.range("bytes=" + offset + "-");
                }
            }));
        } catch (S3Exception e) {
            if (e.statusCode() == 416) {
                return InputStream.nullInputStream();
            }
            if (e.statusCode() == 412) {
                throw caused(
                        new Conflict(
                                ErrorCode.SOURCE_LOCATION,
                                "object storage: '%s' has another etag than '%s'".formatted(uri, etag)),
                        e);
            }
            throw translated(uri, e);
        } catch (SdkClientException e) {
            throw unavailable(uri, e);
        }
    }

    @Override
    public void put(ObjectUri uri, byte[] bytes, ContentType type) {
        calling(
                uri,
                () -> client.putObject(
                        request -> request.bucket(uri.bucket()).key(uri.key()).contentType(type.header()),
                        RequestBody.fromBytes(bytes)));
    }

    @Override
    public void put(ObjectUri uri, Path file, ContentType type) {
        long size = sizeOf(file);
        if (size <= singlePutLimit) {
            calling(
                    uri,
                    () -> client.putObject(
                            request ->
                                    request.bucket(uri.bucket()).key(uri.key()).contentType(type.header()),
                            RequestBody.fromFile(file)));
            return;
        }
        putInParts(uri, file, size, type);
    }

    @Override
    public boolean putIfAbsent(ObjectUri uri, byte[] bytes) {
        for (int attempt = 1; ; attempt++) {
            try {
                client.putObject(
                        request -> request.bucket(uri.bucket()).key(uri.key()).ifNoneMatch("*"),
                        RequestBody.fromBytes(bytes));
                return true;
            } catch (S3Exception e) {
                if (e.statusCode() == 412) {
                    return false;
                }
                // 409: there was a concurrent conditional write of the same key, and neither was decided.
                if (e.statusCode() != 409 || attempt == CONFLICT_TRIES) {
                    throw translated(uri, e);
                }
            } catch (SdkClientException e) {
                throw unavailable(uri, e);
            }
        }
    }

    @Override
    public void delete(ObjectUri uri) {
        try {
            calling(
                    uri,
                    () -> client.deleteObject(
                            request -> request.bucket(uri.bucket()).key(uri.key())));
        } catch (NotFound alreadyGone) {
            // nothing to remove is what the caller wants
        }
    }

    @Override
    public void close() {
        client.close();
        http.close(); // the SDK closes only clients that it made
    }

    private void putInParts(ObjectUri uri, Path file, long size, ContentType type) {
        String upload = calling(
                        uri,
                        () -> client.createMultipartUpload(request ->
                                request.bucket(uri.bucket()).key(uri.key()).contentType(type.header())))
                .uploadId();
        try {
            List<CompletedPart> parts = new ArrayList<>();
            long partSize = Math.max(singlePutLimit, size / MOST_PARTS + 1);
            for (long offset = 0; offset < size; offset += partSize) {
                parts.add(putPart(uri, upload, file, parts.size() + 1, offset, Math.min(partSize, size - offset)));
            }
            calling(
                    uri,
                    () -> client.completeMultipartUpload(request -> request.bucket(uri.bucket())
                            .key(uri.key())
                            .uploadId(upload)
                            .multipartUpload(CompletedMultipartUpload.builder()
                                    .parts(parts)
                                    .build())));
        } catch (Problem e) {
            abandon(uri, upload, e);
            throw e;
        }
    }

    private CompletedPart putPart(ObjectUri uri, String upload, Path file, int number, long offset, long length) {
        RequestBody body =
                RequestBody.fromContentProvider(() -> range(file, offset, length), length, "application/octet-stream");
        String etag = calling(
                        uri,
                        () -> client.uploadPart(
                                request -> request.bucket(uri.bucket())
                                        .key(uri.key())
                                        .uploadId(upload)
                                        .partNumber(number),
                                body))
                .eTag();
        return CompletedPart.builder().partNumber(number).eTag(etag).build();
    }

    private void abandon(ObjectUri uri, String upload, Problem because) {
        try {
            calling(
                    uri,
                    () -> client.abortMultipartUpload(request ->
                            request.bucket(uri.bucket()).key(uri.key()).uploadId(upload)));
        } catch (Problem e) {
            because.addSuppressed(e);
        }
    }

    private static InputStream range(Path file, long offset, long length) {
        try {
            return FileRange.open(file, offset, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T> T calling(ObjectUri uri, Supplier<T> call) {
        try {
            return call.get();
        } catch (S3Exception e) {
            throw translated(uri, e);
        } catch (SdkClientException e) {
            throw unavailable(uri, e);
        }
    }

    private static Problem translated(ObjectUri uri, S3Exception e) {
        int status = e.statusCode();
        if (e instanceof NoSuchBucketException) {
            return caused(
                    new NotFound(
                            ErrorCode.OBJECT_PATH_MISSING,
                            "object storage: bucket '%s' does not exist".formatted(uri.bucket())),
                    e);
        }
        if (status == 404) {
            return caused(
                    new NotFound(
                            ErrorCode.OBJECT_PATH_MISSING,
                            "object storage: '%s' does not exist, check bucket and key".formatted(uri)),
                    e);
        }
        if (status == 401 || status == 403) {
            return caused(
                    new NotAllowed(
                            ErrorCode.NOT_AUTHORISED,
                            "object storage: access to '%s' is refused (%s), check its access key and rights"
                                    .formatted(uri, reason(e))),
                    e);
        }
        if (status >= 500 && hasLongPart(uri)) { // a store on a file system fails on it each time
            return caused(
                    new Invalid(
                            ErrorCode.SOURCE_LOCATION,
                            "object storage cannot keep '%s': expected parts of at most %d bytes between slashes"
                                    .formatted(uri, LONGEST_PART)),
                    e);
        }
        boolean passes = status >= 500 || status == 429 || status == 408 || status == 409;
        if (passes || reason(e).equals("RequestTimeout")) { // S3 says 400 for a body that came too slowly
            return caused(
                    new Unavailable(ErrorCode.UNAVAILABLE, "object storage answers %d for '%s'".formatted(status, uri)),
                    e);
        }
        return caused(
                new Invalid(
                        ErrorCode.SOURCE_LOCATION,
                        "object storage refuses '%s' with %d %s: check bucket and key"
                                .formatted(uri, status, reason(e))),
                e);
    }

    private static boolean hasLongPart(ObjectUri uri) {
        return Stream.of(uri.key().split("/", -1))
                .anyMatch(part -> part.getBytes(StandardCharsets.UTF_8).length > LONGEST_PART);
    }

    private static String reason(S3Exception e) {
        // The answer to a HEAD has no body to say more.
        String code = e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorCode();
        return code == null ? "no details" : code;
    }

    private static Unavailable unavailable(ObjectUri uri, SdkClientException e) {
        return caused(
                new Unavailable(
                        ErrorCode.UNAVAILABLE,
                        "object storage does not answer for '%s': %s".formatted(uri, e.getMessage())),
                e);
    }

    private static <P extends Problem> P caused(P problem, Exception cause) {
        problem.initCause(cause);
        return problem;
    }

    private static String unquoted(@Nullable String etag) {
        return etag == null ? "" : etag.replace("\"", "");
    }
}
