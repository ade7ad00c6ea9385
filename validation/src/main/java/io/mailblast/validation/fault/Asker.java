package io.mailblast.validation.fault;

import io.mailblast.validation.http.HttpRequests;
import io.mailblast.validation.http.KeepAliveConnection;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// One of a crowd: a connection of its own, and requests that are made once.
public final class Asker implements AutoCloseable {

    private static final String USER_AGENT = "mailblast-drill";

    private final String http;
    private final KeepAliveConnection connection;
    private final Map<String, byte[]> requests = new HashMap<>();

    Asker(String http) {
        this.http = http;
        this.connection = new KeepAliveConnection(HttpRequests.address(http));
    }

    /// The status of a request that nobody signed; 0 where there is no answer.
    public int status(String path) {
        try {
            return connection.exchange(
                    requests.computeIfAbsent(path, asked -> HttpRequests.get(http, asked, USER_AGENT)));
        } catch (IOException e) {
            return 0;
        }
    }

    /// Ends a request that waits, too.
    @Override
    public void close() {
        connection.close();
    }
}
