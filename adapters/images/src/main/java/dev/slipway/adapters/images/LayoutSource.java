package dev.slipway.adapters.images;

import dev.slipway.domain.image.PullSource;
import dev.slipway.domain.image.TransferFailure;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.ObjectUri;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** An OCI image layout in object storage. */
final class LayoutSource implements PulledSource {

    private static final String UPLOAD = "Upload the whole layout: 'oci-layout', 'index.json' and 'blobs'.";

    private final PullSource.Layout named;
    private final ObjectStore objects;

    LayoutSource(PullSource.Layout named, ObjectStore objects) {
        this.named = named;
        this.objects = objects;
    }

    @Override
    public byte[] manifest(@Nullable String digest) throws TransferFailure {
        String which = digest != null
                ? digest
                : named.digest() != null ? named.digest().value() : null;
        if (which != null) {
            return blob(which.substring("sha256:".length()), in -> bounded(in, which));
        }
        return read("index.json", in -> bounded(in, "index.json"));
    }

    private byte[] bounded(InputStream in, String what) throws IOException, TransferFailure {
        byte[] bytes = in.readNBytes(LARGEST_MANIFEST + 1);
        if (bytes.length > LARGEST_MANIFEST) {
            throw new TransferFailure(
                    TransferFailure.Kind.DAMAGED,
                    "image '%s': '%s' has more than %d bytes".formatted(named, what, LARGEST_MANIFEST),
                    UPLOAD);
        }
        return bytes;
    }

    @Override
    public <T> T blob(String hex, Reading<T> reading) throws TransferFailure {
        return read("blobs/sha256/" + hex, reading);
    }

    private <T> T read(String path, Reading<T> reading) throws TransferFailure {
        ObjectUri object = named.folder().resolve(path);
        try (InputStream in = objects.open(object, 0)) {
            return reading.from(in);
        } catch (NotFound none) {
            throw new TransferFailure(
                    TransferFailure.Kind.MISSING,
                    "image '%s': expected an OCI image layout, but there is no '%s'".formatted(named, object),
                    UPLOAD,
                    none);
        } catch (Cut shorter) {
            throw new TransferFailure(
                    TransferFailure.Kind.DAMAGED,
                    "image '%s': '%s': %s".formatted(named, object, shorter.getMessage()),
                    UPLOAD,
                    shorter);
        } catch (IOException e) {
            throw new UncheckedIOException("'%s' cannot be read".formatted(object), e);
        }
    }
}
