package dev.slipway.api.health;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/** Whether object storage answers at its endpoint. Without credentials: a refusal is an answer. */
public final class StoreAnswers implements ReadyCheck.Call {

    private static final int LIMIT_MILLIS = 2_000;

    private final URI endpoint;

    /** @param endpoint scheme, host and port */
    public StoreAnswers(String endpoint) {
        this.endpoint = URI.create(endpoint);
    }

    @Override
    public void run() throws IOException {
        HttpURLConnection connection = (HttpURLConnection) endpoint.toURL().openConnection();
        connection.setConnectTimeout(LIMIT_MILLIS);
        connection.setReadTimeout(LIMIT_MILLIS);
        connection.setInstanceFollowRedirects(false);
        connection.setRequestMethod("HEAD");
        try {
            int status = connection.getResponseCode();
            if (status >= 500) {
                throw new IOException("'%s' answers with status %d".formatted(endpoint, status));
            }
        } finally {
            connection.disconnect();
        }
    }
}
