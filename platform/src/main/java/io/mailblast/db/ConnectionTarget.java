package io.mailblast.db;

import java.net.URI;

/// Where PostgreSQL is and who connects.
///
/// @param jdbcUrl `jdbc:postgresql://HOST:PORT/DATABASE`, perhaps with parameters
/// @param user empty where the URL says it
/// @param password empty where the URL says it
public record ConnectionTarget(String jdbcUrl, String user, String password) {

    /// What the configuration names.
    ///
    /// @throws IllegalArgumentException for a URL that cannot be read; the message does not show it
    public static ConnectionTarget of(DatabaseConfig config) {
        return of("database.url", config.url(), config.user(), config.password());
    }

    /// @param key of the configuration, for the message
    /// @param defaultUser who connects where the URL does not say it
    /// @param defaultPassword the same
    /// @throws IllegalArgumentException for a URL that cannot be read; the message does not show it
    public static ConnectionTarget of(String key, String url, String defaultUser, String defaultPassword) {
        if (url.startsWith("jdbc:")) {
            return new ConnectionTarget(url, defaultUser, defaultPassword);
        }
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    key + ": (hidden), allowed: postgresql://USER:PASSWORD@HOST:PORT/DATABASE");
        }
        String user = defaultUser;
        String password = defaultPassword;
        if (uri.getUserInfo() != null) {
            String[] parts = uri.getUserInfo().split(":", 2);
            user = parts[0];
            password = parts.length > 1 ? parts[1] : password;
        }
        String query = uri.getQuery() == null ? "" : "?" + uri.getQuery();
        int port = uri.getPort() < 0 ? 5432 : uri.getPort();
        return new ConnectionTarget(
                "jdbc:postgresql://" + uri.getHost() + ":" + port + uri.getPath() + query, user, password);
    }

    /// Host, port and database, without user, password or parameters: fit for a message.
    public String shown() {
        return jdbcUrl.replaceFirst("^jdbc:postgresql://", "")
                .replaceFirst("\\?.*$", "")
                .replaceFirst("^[^/@]*@", "");
    }

    @Override
    public String toString() {
        return shown();
    }
}
