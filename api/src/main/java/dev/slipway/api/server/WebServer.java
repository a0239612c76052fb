package dev.slipway.api.server;

import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.core.StandardWrapper;
import org.apache.catalina.loader.WebappLoader;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.apache.tomcat.util.modeler.Registry;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tomcat with one servlet for all paths, a virtual thread for each request. {@link #start} returns when it answers. */
public final class WebServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);
    private static final Duration DRAIN = Duration.ofSeconds(10);
    /** How long a client may take for the head of a request, as at the gateway, and how long it may be silent in a body. */
    private static final Duration HEAD = Duration.ofSeconds(20);
    /** How long a connection stays open between two requests. */
    private static final Duration IDLE = Duration.ofSeconds(60);

    private static final Duration CHECKED_EACH = Duration.ofMillis(20);
    private static final String SERVLET = "api";
    /** Accepted as part of an unknown id. */
    private static final String AS_IT_CAME = "passthrough";
    /** Clients send these unescaped, against the standard. */
    private static final String UNESCAPED_IN_QUERIES = "[]{}|";

    private final Tomcat tomcat;
    private final Connector connector;
    private final StandardWrapper wrapper;
    private final Path folder;
    private final HeadWatch heads;

    private WebServer(Tomcat tomcat, Connector connector, StandardWrapper wrapper, Path folder, HeadWatch heads) {
        this.heads = heads;
        this.tomcat = tomcat;
        this.connector = connector;
        this.wrapper = wrapper;
        this.folder = folder;
    }

    /**
     * Starts it.
     *
     * @param port 0 for any free one
     * @param filter sees each request before the servlet
     * @param refusals writes the refusals of Tomcat for requests that do not reach the servlet
     * @throws IllegalStateException if it cannot listen there
     */
    public static WebServer start(
            String host, int port, Servlet servlet, Filter filter, Class<? extends ErrorReportValve> refusals) {
        return start(host, port, servlet, filter, refusals, HEAD);
    }

    static WebServer start(
            String host,
            int port,
            Servlet servlet,
            Filter filter,
            Class<? extends ErrorReportValve> refusals,
            Duration headLimit) {
        // No JMX beans: they are not used.
        Registry.disableRegistry();
        Path folder = temporaryFolder();
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        WatchedProtocol protocol = new WatchedProtocol();
        Connector connector = connector(protocol, host, port);
        tomcat.setConnector(connector);
        StandardHost site = (StandardHost) tomcat.getHost();
        site.setAutoDeploy(false);
        site.setErrorReportValveClass(refusals.getName());
        // There are no sessions that expire and no classes that change.
        tomcat.getEngine().setBackgroundProcessorDelay(-1);
        StandardContext context = (StandardContext) tomcat.addContext("", folder.toString());
        StandardWrapper wrapper = configure(context, servlet, filter);
        HeadWatch heads = HeadWatch.start(protocol::connections, headLimit);
        WebServer server = new WebServer(tomcat, connector, wrapper, folder, heads);
        try {
            tomcat.start();
            if (!context.getState().isAvailable()) {
                throw new LifecycleException("its servlet does not start");
            }
            return server;
        } catch (LifecycleException e) {
            server.close();
            throw new IllegalStateException("the API cannot listen on %s:%d".formatted(host, port), e);
        }
    }

    /** Shows its connections. */
    private static final class WatchedProtocol extends Http11NioProtocol {

        Set<SocketWrapperBase<NioChannel>> connections() {
            return getEndpoint().getConnections();
        }
    }

    private static Connector connector(Http11NioProtocol protocol, String host, int port) {
        protocol.setConnectionTimeout(Math.toIntExact(HEAD.toMillis()));
        protocol.setKeepAliveTimeout(Math.toIntExact(IDLE.toMillis()));
        protocol.setExecutor(new VirtualThreadExecutor("tomcat-handler-"));
        protocol.setRelaxedQueryChars(UNESCAPED_IN_QUERIES);
        Connector connector = new Connector(protocol);
        connector.setProperty("address", host);
        connector.setPort(port);
        connector.setThrowOnFailure(true);
        connector.setEncodedSolidusHandling(AS_IT_CAME);
        connector.setEncodedReverseSolidusHandling(AS_IT_CAME);
        return connector;
    }

    private static StandardWrapper configure(StandardContext context, Servlet servlet, Filter filter) {
        WebappLoader loader = new WebappLoader();
        loader.setDelegate(true);
        context.setLoader(loader);
        context.setParentClassLoader(WebServer.class.getClassLoader());
        context.setFailCtxIfServletStartFails(true);
        // Tomcat's cleanup at the end of one of many applications, by reflection into the JDK, is not needed.
        context.setClearReferencesRmiTargets(false);
        context.setClearReferencesThreadLocals(false);
        FilterDef definition = new FilterDef();
        definition.setFilterName(filter.getClass().getSimpleName());
        definition.setFilter(filter);
        definition.setAsyncSupported("true");
        context.addFilterDef(definition);
        FilterMap all = new FilterMap();
        all.setFilterName(definition.getFilterName());
        all.addURLPattern("/*");
        context.addFilterMap(all);
        Wrapper wrapper = Tomcat.addServlet(context, SERVLET, servlet);
        wrapper.setLoadOnStartup(1);
        wrapper.setAsyncSupported(true);
        context.addServletMapping("/", SERVLET);
        return (StandardWrapper) wrapper;
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("slipway-api-");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a temporary folder for the web server", e);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Takes no more connections, waits up to 10 s for running requests, and stops. */
    @Override
    public void close() {
        heads.close();
        try {
            connector.pause();
            connector.getProtocolHandler().closeServerSocketGraceful();
            awaitIdle();
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException e) {
            LOG.warn("the web server did not stop in order", e);
        }
        removeFolder();
    }

    private void awaitIdle() {
        long end = System.nanoTime() + DRAIN.toNanos();
        while (wrapper.getCountAllocated() > 0 && System.nanoTime() < end) {
            try {
                TimeUnit.NANOSECONDS.sleep(CHECKED_EACH.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void removeFolder() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            LOG.warn("cannot remove the temporary folder path={}", folder, e);
        }
    }
}
