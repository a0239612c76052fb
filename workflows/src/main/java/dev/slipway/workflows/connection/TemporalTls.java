package dev.slipway.workflows.connection;

import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.temporal.serviceclient.ServiceStubsOptions;
import io.temporal.serviceclient.SimpleSslContextBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A secured connection to Temporal.
 *
 * @param ca file of the certificates (PEM) that the server's has to come from; null for those of the machine's Java
 * @param certificate file of our own certificate chain (PEM) for servers that ask for one; null for none
 * @param key file of its private key (PEM, PKCS #8, not encrypted); there exactly if {@code certificate} is
 * @param serverName the name that the server's certificate has, if it is not the host of the address; null for that
 * @param apiKey sent with each call; null for none
 */
public record TemporalTls(
        @Nullable Path ca,
        @Nullable Path certificate,
        @Nullable Path key,
        @Nullable String serverName,
        @Nullable String apiKey) {

    public TemporalTls {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("certificate and key: expected both or none");
        }
    }

    /** The key is not shown. */
    @Override
    public String toString() {
        return "TemporalTls[ca=%s, certificate=%s, key=%s, serverName=%s]".formatted(ca, certificate, key, serverName);
    }

    /**
     * Applies it to the options of a connection.
     *
     * @throws IllegalStateException if a file cannot be read or has no such content; names it
     */
    static <B extends ServiceStubsOptions.Builder<B>> B apply(TemporalProperties properties, B options) {
        TemporalTls tls = properties.tls();
        if (tls == null) {
            return options;
        }
        options.setSslContext(tls.context());
        String name = tls.serverName();
        if (name != null) {
            options.setChannelInitializer(channel -> channel.overrideAuthority(name));
        }
        String token = tls.apiKey();
        if (token != null) {
            options.addApiKey(() -> token);
        }
        return options;
    }

    private SslContext context() {
        try {
            SimpleSslContextBuilder builder = withOwnCertificate();
            if (ca != null) {
                builder.setTrustManager(trust(ca));
            }
            return builder.build();
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "temporal.tls: ca %s, certificate %s, key %s: expected PEM files, the key as PKCS #8 without a password: %s"
                            .formatted(shown(ca), shown(certificate), shown(key), e),
                    e);
        }
    }

    private SimpleSslContextBuilder withOwnCertificate() throws IOException {
        if (certificate == null || key == null) {
            return SimpleSslContextBuilder.noKeyOrCertChain();
        }
        // The builder reads them when it builds.
        return SimpleSslContextBuilder.forPKCS8(bytes(certificate), bytes(key));
    }

    private static InputStream bytes(Path file) throws IOException {
        return new ByteArrayInputStream(Files.readAllBytes(file));
    }

    private static TrustManager trust(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca-" + number++, each);
            }
        }
        if (number == 0) {
            throw new GeneralSecurityException("'%s' has no certificate".formatted(file));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("this Java has no trust manager for X.509"));
    }

    private static String shown(@Nullable Path file) {
        return file == null ? "none" : "'%s'".formatted(file);
    }
}
