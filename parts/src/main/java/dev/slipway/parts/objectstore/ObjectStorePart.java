package dev.slipway.parts.objectstore;

import dev.slipway.parts.Part;
import dev.slipway.parts.PartFailure;
import dev.slipway.parts.folder.DataFolder;
import dev.slipway.parts.folder.PortName;
import dev.slipway.parts.process.TakenPort;
import jakarta.servlet.DispatcherType;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumSet;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.shaded.org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.gaul.shaded.org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.gaul.shaded.org.eclipse.jetty.server.Server;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * S3-compatible storage on a folder of the data folder, served by S3Proxy in this JVM. Each key keeps its own bytes or is refused. One
 * bucket is made at the first start. It is not a separate process: it ends with the JVM, and confirmed writes are on disk.
 */
public final class ObjectStorePart implements Part {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectStorePart.class);
    private static final String NAME = "objects";

    private final DataFolder folder;
    private final Path objects;
    private final String bucket;
    private final int port;
    private @Nullable S3Proxy proxy;
    private @Nullable BlobStore files;

    /** @param bucket made if it is missing */
    public ObjectStorePart(DataFolder folder, String bucket) {
        this.folder = folder;
        this.objects = folder.folder("buckets");
        this.bucket = bucket;
        this.port = folder.ports().get(PortName.OBJECTS);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String address() {
        return "127.0.0.1:" + port;
    }

    public String endpoint() {
        return "http://" + address();
    }

    public String accessKey() {
        return folder.secrets().get("objects-access-key");
    }

    public String secretKey() {
        return folder.secrets().get("objects-secret-key");
    }

    @Override
    public synchronized void start() {
        if (isAlive()) {
            return;
        }
        TakenPort.problem(PortName.OBJECTS, port).ifPresent(problem -> {
            throw new PartFailure(NAME, problem);
        });
        moveFormerObjects();
        BlobStore store = new ExactKeyStore(objects);
        S3Proxy started = S3Proxy.builder()
                .blobStore(store)
                .endpoint(URI.create(endpoint()))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, accessKey(), secretKey())
                .ignoreUnknownHeaders(true)
                .build();
        try {
            putBefore(started, new ExactRequests());
            started.start();
        } catch (Exception e) { // an edge: S3Proxy declares nothing narrower
            store.close();
            throw new PartFailure(NAME, "cannot be started: " + e.getMessage(), e);
        }
        if (!store.containerExists(bucket)) {
            store.createContainer(bucket);
        }
        proxy = started;
        files = store;
        LOG.info("part=objects started address={} bucket={}", address(), bucket);
    }

    private void moveFormerObjects() {
        try {
            FormerLayout.move(folder.root().resolve("objects"), objects);
        } catch (IOException e) {
            throw new PartFailure(NAME, "cannot move the objects of an earlier build: " + e.getMessage(), e);
        }
    }

    /** S3Proxy has no public way to its servlet context; a version that keeps it elsewhere fails each start and each test. */
    private static void putBefore(S3Proxy proxy, ExactRequests filter) throws ReflectiveOperationException {
        Field field = S3Proxy.class.getDeclaredField("server");
        field.setAccessible(true);
        Server server = (Server) field.get(proxy);
        server.getDescendant(ServletContextHandler.class)
                .addFilter(new FilterHolder(filter), "/*", EnumSet.of(DispatcherType.REQUEST));
    }

    @Override
    public synchronized boolean isAlive() {
        S3Proxy running = proxy;
        return running != null && running.getState().equals("STARTED");
    }

    /** It logs with this process. */
    @Override
    public void limitLog() {}

    @Override
    public boolean isHealthy() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    @Override
    public synchronized void stop() {
        S3Proxy running = proxy;
        BlobStore opened = files;
        proxy = null;
        files = null;
        if (running == null) {
            return;
        }
        try {
            running.stop();
        } catch (Exception e) { // an edge: S3Proxy declares nothing narrower, and there is nothing left to do
            LOG.warn("part=objects did not stop in order", e);
        }
        if (opened != null) {
            opened.close();
        }
        LOG.info("part=objects stopped");
    }
}
