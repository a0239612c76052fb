package dev.slipway.adapters.images;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImagePulls;
import dev.slipway.domain.image.ImageStart;
import dev.slipway.domain.image.PullSource;
import dev.slipway.domain.image.TransferFailure;
import dev.slipway.domain.image.TransferFailure.Kind;
import dev.slipway.domain.storage.ObjectStore;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import land.oras.auth.HttpClient;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
import org.jspecify.annotations.Nullable;

/** {@link ImagePulls} into the layout of an {@link OciLayoutImageStore}. Safe for use by many threads. */
public final class ContainerPulls implements ImagePulls {

    private static final int PIECE = 128 * 1024;
    private static final int LARGEST_CONFIG = 4 << 20;

    private final Blobs blobs;
    private final UnpackedLayers unpacked;
    private final PulledSources sources;
    private final PullSettings settings;
    private final ObjectStore objects;
    private final RegistryCalls.Patience patience;
    private final Map<String, HttpClient> clients = new ConcurrentHashMap<>();

    /** @param layout of the store that gives the images to instances */
    public ContainerPulls(Path layout, PullSettings settings, ObjectStore objects) {
        this(layout, settings, objects, RegistryCalls.Patience.USUAL);
    }

    ContainerPulls(Path layout, PullSettings settings, ObjectStore objects, RegistryCalls.Patience patience) {
        this.blobs = new Blobs(layout);
        this.unpacked = new UnpackedLayers(layout, blobs);
        this.sources = new PulledSources(layout);
        this.settings = settings;
        this.objects = objects;
        this.patience = patience;
    }

    @Override
    public Found find(PullSource named, Progress progress) throws TransferFailure {
        PulledSource source = source(named, progress);
        byte[] document = source.manifest(null);
        if (named.digest() != null) {
            verify(named, document, named.digest().hex());
        }
        try {
            List<ContainerJson.Choice> choices = ContainerJson.choices(document);
            if (choices != null) {
                ContainerJson.Descriptor chosen = choose(named, choices);
                document = source.manifest("sha256:" + chosen.hex());
                verify(named, document, chosen.hex());
            }
            ContainerJson.Manifest manifest = ContainerJson.manifest(document);
            return new Found(
                    new ImageDigest("sha256:" + hex(document)),
                    bytesOf(named, manifest),
                    manifest.layers().size());
        } catch (ContainerJson.Unreadable wrong) {
            throw unreadable(named, "manifest", wrong);
        }
    }

    @Override
    public ImageStart pull(PullSource named, ImageDigest image, boolean keepsLayers, Progress progress)
            throws TransferFailure {
        PulledSource source = source(named, progress);
        try {
            byte[] document = blobs.use(image.hex()) ? blobs.read(image.hex()) : source.manifest(image.value());
            verify(named, document, image.hex());
            ContainerJson.Manifest manifest = ContainerJson.manifest(document);
            bytesOf(named, manifest);
            Fetching fetching = new Fetching(named, source, progress);
            byte[] config = fetching.small(manifest.config());
            fetching.layers(image, manifest, config, keepsLayers);
            blobs.writeStream(out -> out.write(config));
            blobs.writeStream(out -> out.write(document));
            if (keepsLayers) {
                sources.forget(image.hex());
            } else {
                sources.note(image.hex(), named);
            }
            return start(image, config);
        } catch (ContainerJson.Unreadable wrong) {
            throw unreadable(named, "manifest or configuration", wrong);
        } catch (IOException e) {
            throw new UncheckedIOException("image '%s' cannot be kept".formatted(named), e);
        }
    }

    private ImageStart start(ImageDigest image, byte[] config) throws IOException, ContainerJson.Unreadable {
        ImageStart start = ContainerJson.start(config);
        Path root = unpacked.folder().resolve(image.hex()).resolve(UnpackedLayers.FILES);
        return new ImageStart(start.user(), start.command(), ImageScript.beginning(root, start.command()));
    }

    private PulledSource source(PullSource named, Progress progress) throws TransferFailure {
        return switch (named) {
            case PullSource.Layout layout -> new LayoutSource(layout, objects);
            case PullSource.Registry repository -> {
                PullSettings.Registry registry = settings.registry(repository.host())
                        .orElseThrow(() -> new TransferFailure(
                                Kind.ACCESS,
                                "image '%s': registry '%s' is none of the settings, expected one of %s"
                                        .formatted(
                                                named,
                                                repository.host(),
                                                settings.registries().stream()
                                                        .map(PullSettings.Registry::host)
                                                        .toList()),
                                "Add it to slipway.yml: images: {registries: [{host: '%s'}]}"
                                        .formatted(repository.host())));
                yield new RegistrySource(
                        repository,
                        new RegistryCalls(
                                registry,
                                repository.repository(),
                                repository.toString(),
                                RegistryCalls.Direction.PULL,
                                clients.computeIfAbsent(registry.host(), host -> RegistryCalls.client(registry)),
                                patience,
                                progress));
            }
        };
    }

    private static ContainerJson.Descriptor choose(PullSource named, List<ContainerJson.Choice> choices)
            throws TransferFailure {
        boolean isByTag = named instanceof PullSource.Layout && named.tag() != null && named.digest() == null;
        List<ContainerJson.Choice> tagged = choices.stream()
                .filter(choice -> !isByTag || String.valueOf(named.tag()).equals(choice.tag()))
                .toList();
        if (tagged.isEmpty()) {
            throw new TransferFailure(
                    Kind.TAG_MISSING,
                    "image '%s': expected one of the tags %s"
                            .formatted(
                                    named,
                                    choices.stream()
                                            .map(choice -> String.valueOf(choice.tag()))
                                            .toList()),
                    "Name one of them.");
        }
        String architecture = architecture();
        List<ContainerJson.Choice> fitting = tagged.stream()
                .filter(choice -> choice.system() == null || "linux".equals(choice.system()))
                .filter(choice -> choice.architecture() == null || architecture.equals(choice.architecture()))
                .toList();
        if (fitting.isEmpty()) {
            throw new TransferFailure(
                    Kind.CONTENT,
                    "image '%s' is there for %s, expected linux/%s"
                            .formatted(
                                    named,
                                    tagged.stream()
                                            .map(choice -> choice.system() + "/" + choice.architecture())
                                            .toList(),
                                    architecture),
                    "Build the image for this platform too.");
        }
        if (fitting.size() > 1 && named instanceof PullSource.Layout && named.tag() == null) {
            throw new TransferFailure(
                    Kind.TAG_MISSING,
                    "image '%s': the layout has %d images, expected the tag of one: %s"
                            .formatted(
                                    named,
                                    fitting.size(),
                                    fitting.stream()
                                            .map(choice -> String.valueOf(choice.tag()))
                                            .toList()),
                    "Name one of them as <folder>:<tag>, or by its digest.");
        }
        return fitting.getFirst().manifest();
    }

    private static String architecture() {
        String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return machine.equals("aarch64") ? "arm64" : machine.equals("x86_64") ? "amd64" : machine;
    }

    private long bytesOf(PullSource named, ContainerJson.Manifest manifest) throws TransferFailure {
        long most = settings.limits().pulledBytes();
        long bytes = manifest.config().size();
        for (ContainerJson.Descriptor layer : manifest.layers()) {
            bytes = layer.size() > most ? most + 1 : bytes + layer.size();
            if (bytes > most) {
                throw TransferFailure.tooLarge(
                        "image '%s' has layers of more than %d bytes".formatted(named, most),
                        "Make the image smaller, or raise 'images.pulled-gb' in slipway.yml.",
                        most);
            }
        }
        return bytes;
    }

    private static void verify(PullSource named, byte[] document, String expected) throws TransferFailure {
        String found = hex(document);
        if (!found.equals(expected)) {
            throw damaged(named, "asked for sha256:%s, the source sends sha256:%s".formatted(expected, found));
        }
    }

    private static String hex(byte[] document) {
        return HexFormat.of().formatHex(Blobs.sha256().digest(document));
    }

    private static TransferFailure damaged(PullSource named, String what) {
        return new TransferFailure(
                Kind.DAMAGED,
                "image '%s': %s".formatted(named, what),
                "Nothing of it was used. Push the image again, and ask who runs the source.");
    }

    private static TransferFailure unreadable(PullSource named, String what, ContainerJson.Unreadable wrong) {
        return new TransferFailure(
                Kind.CONTENT,
                "image '%s': its %s cannot be used: %s".formatted(named, what, wrong.getMessage()),
                "Build the image with a tool that writes OCI images.",
                wrong);
    }

    /** One pull. */
    private final class Fetching {

        private final PullSource named;
        private final PulledSource source;
        private final Progress progress;
        private long done;

        Fetching(PullSource named, PulledSource source, Progress progress) {
            this.named = named;
            this.source = source;
            this.progress = progress;
        }

        byte[] small(ContainerJson.Descriptor blob) throws TransferFailure {
            if (blob.size() > LARGEST_CONFIG) {
                throw damaged(
                        named,
                        "its configuration has %d bytes, expected at most %d".formatted(blob.size(), LARGEST_CONFIG));
            }
            return source.blob(blob.hex(), in -> {
                byte[] bytes = in.readNBytes((int) blob.size() + 1);
                failIfOther(blob, bytes.length, hex(bytes));
                return bytes;
            });
        }

        void layers(ImageDigest image, ContainerJson.Manifest manifest, byte[] config, boolean keepsLayers)
                throws TransferFailure, IOException, ContainerJson.Unreadable {
            List<String> differences = ContainerJson.differences(config);
            if (differences.size() != manifest.layers().size()) {
                throw damaged(
                        named,
                        "its configuration names %d layers, its manifest %d"
                                .formatted(differences.size(), manifest.layers().size()));
            }
            boolean isUnpacked = unpacked.has(image.hex());
            Path aside = unpacked.aside();
            try {
                RootFileSystem files = null;
                if (!isUnpacked) {
                    Files.createDirectories(aside.resolve(UnpackedLayers.FILES));
                    files = new RootFileSystem(
                            aside.resolve(UnpackedLayers.FILES), named.toString(), settings.limits());
                    Files.write(aside.resolve(UnpackedLayers.CONFIG), config);
                }
                for (int each = 0; each < differences.size(); each++) {
                    layer(manifest.layers().get(each), differences.get(each), files, keepsLayers);
                }
                if (!isUnpacked) {
                    unpacked.putInPlace(aside, image.hex());
                }
            } finally {
                UnpackedLayers.remove(aside);
            }
        }

        private void layer(
                ContainerJson.Descriptor layer, String difference, @Nullable RootFileSystem files, boolean keepsLayer)
                throws TransferFailure, IOException {
            boolean isKept = blobs.use(layer.hex());
            if (isKept && blobs.size(layer.hex()) == layer.size()) {
                unpack(layer, difference, files, blobs.open(layer.hex()));
            } else if (keepsLayer) {
                source.blob(layer.hex(), in -> {
                    try {
                        return blobs.write((out, digest) -> copy(layer, in, out, digest));
                    } catch (Refused other) {
                        throw other.failure();
                    }
                });
                unpack(layer, difference, files, blobs.open(layer.hex()));
            } else if (files != null) {
                Path temporary = blobs.temporary();
                try {
                    source.blob(layer.hex(), in -> {
                        try (FileChannel out = FileChannel.open(
                                temporary, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                            return copy(layer, in, out, Blobs.sha256());
                        } catch (Refused other) {
                            throw other.failure();
                        }
                    });
                    unpack(layer, difference, files, Files.newInputStream(temporary));
                } finally {
                    Files.deleteIfExists(temporary);
                }
            }
        }

        /** Writes and digests the blob; fails before anything else sees it. */
        private boolean copy(ContainerJson.Descriptor blob, InputStream in, FileChannel out, MessageDigest digest)
                throws IOException {
            byte[] piece = new byte[PIECE];
            long size = 0;
            while (size <= blob.size()) {
                int count = in.read(piece, 0, (int) Math.min(piece.length, blob.size() + 1 - size));
                if (count < 0) {
                    break;
                }
                digest.update(piece, 0, count);
                ByteBuffer buffer = ByteBuffer.wrap(piece, 0, count);
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
                size += count;
                progress.alive(done + size);
            }
            try {
                MessageDigest soFar = (MessageDigest) digest.clone();
                failIfOther(blob, size, HexFormat.of().formatHex(soFar.digest()));
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException("this Java's SHA-256 cannot be copied", e);
            } catch (TransferFailure other) {
                throw new Refused(other);
            }
            done += size;
            return true;
        }

        private void failIfOther(ContainerJson.Descriptor blob, long size, String hex)
                throws TransferFailure, PulledSource.Cut {
            if (size < blob.size()) {
                throw new PulledSource.Cut(
                        "blob sha256:%s ended after %d of %d bytes".formatted(blob.hex(), size, blob.size()), null);
            }
            if (size > blob.size()) {
                throw damaged(
                        named,
                        "blob sha256:%s has more than the %d bytes that the manifest says"
                                .formatted(blob.hex(), blob.size()));
            }
            if (!hex.equals(blob.hex())) {
                throw damaged(named, "asked for blob sha256:%s, the source sends sha256:%s".formatted(blob.hex(), hex));
            }
        }

        private void unpack(
                ContainerJson.Descriptor layer, String difference, @Nullable RootFileSystem files, InputStream blob)
                throws IOException, TransferFailure {
            try (InputStream whole = new BufferedInputStream(blob, PIECE)) {
                if (files == null) {
                    return;
                }
                MessageDigest digest = Blobs.sha256();
                try (InputStream tar = new DigestInputStream(decompressed(layer, whole), digest)) {
                    files.apply("sha256:" + layer.hex(), new Watched(tar));
                }
                String found = HexFormat.of().formatHex(digest.digest());
                if (!found.equals(difference)) {
                    throw damaged(
                            named,
                            "layer sha256:%s unpacks to sha256:%s, its configuration says sha256:%s"
                                    .formatted(layer.hex(), found, difference));
                }
            }
        }

        private InputStream decompressed(ContainerJson.Descriptor layer, InputStream blob)
                throws IOException, TransferFailure {
            blob.mark(4);
            byte[] magic = blob.readNBytes(4);
            blob.reset();
            if (magic.length == 4 && magic[0] == 0x1f && (magic[1] & 0xff) == 0x8b) {
                try {
                    return new GZIPInputStream(blob, PIECE);
                } catch (ZipException wrong) {
                    throw damaged(named, "layer sha256:%s is no gzip: %s".formatted(layer.hex(), wrong.getMessage()));
                }
            }
            boolean isZstd = magic.length == 4
                    && (magic[0] & 0xff) == 0x28
                    && (magic[1] & 0xff) == 0xb5
                    && magic[2] == 0x2f
                    && (magic[3] & 0xff) == 0xfd;
            return isZstd ? new ZstdCompressorInputStream(blob) : blob;
        }

        /** Says that the work goes on while it unpacks. */
        private final class Watched extends FilterInputStream {

            Watched(InputStream in) {
                super(in);
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                progress.alive(done);
                try {
                    return in.read(bytes, offset, length);
                } catch (IOException wrong) {
                    throw new TarReader.NoTar("bytes that cannot be decompressed: %s".formatted(wrong.getMessage()));
                }
            }
        }
    }

    /** Carries a failure through code that throws others. */
    static final class Refused extends IOException {

        private static final long serialVersionUID = 1L;
        private final TransferFailure failure;

        Refused(TransferFailure failure) {
            super(failure);
            this.failure = failure;
        }

        TransferFailure failure() {
            return failure;
        }
    }
}
