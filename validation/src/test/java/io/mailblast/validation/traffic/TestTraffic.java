package io.mailblast.validation.traffic;

import io.mailblast.validation.http.TinyServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// Traffic of somebody who is signed in to a server that says yes to everything, and asks nothing.
public final class TestTraffic {

    private static final String SIGNED_IN = "{\"data\":{\"token\":\"t\",\"refresh_token\":\"r\",\"expires_in\":900}}";

    private TestTraffic() {}

    public static Traffic none() {
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + SIGNED_IN.length() + "\r\n\r\n" + SIGNED_IN;
        try (TinyServer server = TinyServer.start(_ -> TinyServer.bytes(answer))) {
            String base = "http://127.0.0.1:" + server.address().getPort();
            Sessions sessions = Sessions.open(base, "a@example.com", "secret");
            TrackedLinks links = new TrackedLinks(List.of("/track/open/x"), List.of("/track/click/x"));
            return new Traffic(base, sessions, links, 1, 1, "a@example.com", "test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
