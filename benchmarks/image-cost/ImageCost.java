import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.sun.management.OperatingSystemMXBean;
import dev.slipway.adapters.images.OciLayoutImageStore;
import dev.slipway.adapters.objectstore.ObjectStoreProperties;
import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImageFile;
import dev.slipway.domain.image.ImagePulls;
import dev.slipway.domain.storage.ContentType;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.storage.StoredObject;
import dev.slipway.parts.folder.DataFolder;
import dev.slipway.parts.objectstore.ObjectStorePart;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Started by benchmarks/image-build: an object store in one process, and what is measured in another. */
public final class ImageCost {

    private static final int WEIGHTS = 221_000_000;
    private static final int ROUNDS = 3;
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final S3ObjectStore objects;
    private final Path work;

    private ImageCost(S3ObjectStore objects, Path work) {
        this.objects = objects;
        this.work = work;
    }

    public static void main(String[] words) throws Exception {
        Path work = Path.of(words[1]);
        if (words[0].equals("store")) {
            ObjectStorePart part = new ObjectStorePart(DataFolder.open(work), "models");
            part.start();
            System.out.printf("%s %s %s%n", part.endpoint(), part.accessKey(), part.secretKey());
            System.in.read();
            System.exit(0);
        }
        try (S3ObjectStore objects =
                S3ObjectStore.open(new ObjectStoreProperties(words[2], "us-east-1", words[3], words[4]))) {
            new ImageCost(objects, work).measure();
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private void measure() throws Exception {
        upload("warm", 4 << 20);
        upload("v1", WEIGHTS);
        // What runs for the first time pays for its compilation: each in turn, with a small model, before it is measured.
        for (int round = 0; round < 5; round++) {
            Path folder = work.resolve("warm-" + round);
            bare("warm", folder);
            slipway("warm", folder.resolve("images"), "warm");
            jib("warm", folder, "warm");
        }
        Map<String, List<Long>> times = new HashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            Path folder = work.resolve("round-" + round);
            Path images = folder.resolve("images");
            put("v1", "customize_service.py", "first " + round);
            time(times, "bare GET + SHA-256 + write", () -> bare("v1", folder));
            time(times, "Slipway, cold", () -> slipway("v1", images, "one"));
            time(times, "jib-core, cold", () -> jib("v1", folder, "one"));
            put("v1", "customize_service.py", "second " + round);
            time(times, "Slipway, new version", () -> slipway("v1", images, "two"));
            time(times, "jib-core, new version", () -> jib("v1", folder, "two"));
            delete(folder);
        }
        for (String each : List.of(
                "bare GET + SHA-256 + write",
                "Slipway, cold",
                "Slipway, new version",
                "jib-core, cold",
                "jib-core, new version")) {
            List<Long> sorted = times.get(each).stream().sorted().toList();
            List<Long> memory = times.get(each + " memory").stream().sorted().toList();
            System.out.printf(
                    "%-28s CPU ms %s, median %d; memory above idle at most %d MB%n",
                    each, times.get(each), sorted.get(sorted.size() / 2), memory.getLast());
        }
    }

    private static void time(Map<String, List<Long>> times, String what, Work measured) throws Exception {
        System.gc();
        Files.writeString(Path.of("/proc/self/clear_refs"), "5");
        long idle = memory("VmRSS");
        long before = SYSTEM.getProcessCpuTime();
        measured.run();
        times.computeIfAbsent(what, one -> new ArrayList<>()).add((SYSTEM.getProcessCpuTime() - before) / 1_000_000);
        times.computeIfAbsent(what + " memory", one -> new ArrayList<>()).add((memory("VmHWM") - idle) >> 10);
    }

    private static long memory(String field) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    /** The least that any way has to do with each byte. */
    private void bare(String version, Path folder) throws Exception {
        Files.createDirectories(folder);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] piece = new byte[128 << 10];
        try (InputStream in = objects.open(uri(version, "weights.bin"), 0);
                OutputStream out = Files.newOutputStream(folder.resolve("bare"))) {
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                digest.update(piece, 0, count);
                out.write(piece, 0, count);
            }
        }
        digest.digest();
    }

    /** From the listing to the files from which an instance starts. */
    private void slipway(String version, Path images, String label) throws IOException {
        OciLayoutImageStore store = new OciLayoutImageStore(images);
        List<ImageFile> files = new ArrayList<>();
        for (StoredObject object : objects.list(uri(version, ""), null).objects()) {
            String name = object.uri().key().substring(version.length() + 1);
            files.add(new ImageFile(
                    name,
                    object.size(),
                    new ImageFile.Origin("project", object),
                    () -> objects.openVersion(object, 0).orElseThrow()));
        }
        ImageDigest image = store.build(label, store.keep(files));
        store.unpack(image, images.resolveSibling("models-" + label), ImagePulls.Progress.IGNORED);
    }

    private void jib(String version, Path folder, String label) throws Exception {
        Path files = folder.resolve("jib-" + label).resolve("model");
        Files.createDirectories(files);
        for (StoredObject object : objects.list(uri(version, ""), null).objects()) {
            Path file = files.resolve(object.uri().key().substring(version.length() + 7));
            Path known = folder.resolve("jib-one/model").resolve(file.getFileName());
            if (label.equals("two") && Files.exists(known) && Files.size(known) == object.size() && object.size() > 1000) {
                // In its favour: it has the weights already.
                Files.createLink(file, known);
            } else {
                try (InputStream in = objects.open(object.uri(), 0)) {
                    Files.copy(in, file);
                }
            }
        }
        Jib.fromScratch()
                .addLayer(List.of(files.resolve("weights.bin")), AbsoluteUnixPath.get("/home/mind/model"))
                .addLayer(
                        List.of(files.resolve("config.json"), files.resolve("customize_service.py")),
                        AbsoluteUnixPath.get("/home/mind/model"))
                .containerize(Containerizer.to(TarImage.at(folder.resolve("jib.tar")).named("model:" + label))
                        .setApplicationLayersCache(folder.resolve("jib-cache"))
                        .setBaseImageLayersCache(folder.resolve("jib-base")));
    }

    private void upload(String version, int bytes) throws IOException {
        Random random = new Random(7);
        Path file = work.resolve("weights");
        byte[] piece = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int left = bytes; left > 0; left -= piece.length) {
                random.nextBytes(piece);
                out.write(piece, 0, Math.min(left, piece.length));
            }
        }
        objects.put(uri(version, "weights.bin"), file, ContentType.BYTES);
        put(version, "config.json", "{}");
        put(version, "customize_service.py", "first");
    }

    private void put(String version, String name, String text) {
        objects.put(uri(version, name), text.getBytes(), ContentType.BYTES);
    }

    private static ObjectUri uri(String version, String name) {
        return new ObjectUri("models", version + "/model/" + name);
    }

    private static void delete(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) paths.sorted(java.util.Comparator.reverseOrder())::iterator) {
                Files.delete(path);
            }
        }
    }
}
