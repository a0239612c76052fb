package dev.slipway.adapters.postgres;

/**
 * Where the database is.
 *
 * @param url JDBC url without user and password
 * @param connections the most at once
 */
public record DatabaseProperties(String url, String user, String password, int connections) {

    public DatabaseProperties {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException(
                    "database url '%s': expected jdbc:postgresql://host:port/name".formatted(url));
        }
    }

    @Override
    public String toString() {
        return "DatabaseProperties[url=%s, user=%s, connections=%d]".formatted(url, user, connections);
    }
}
