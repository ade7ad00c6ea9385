package io.mailblast.validation.traffic;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.engine.Outcome;
import io.mailblast.validation.http.HttpRequests;
import io.mailblast.validation.http.KeepAliveConnection;
import io.mailblast.validation.installation.ApiClient;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// People who are signed in to one account, each in a session of his own. They sign in, use their token, exchange it
/// before it
/// ends, and now and then sign in anew.
public final class Sessions {

    private static final int SEATS = 24;

    /// A session that ends sooner, or has less than half of its life before it, is exchanged before it is used.
    private static final long SOON_NS = TimeUnit.SECONDS.toNanos(120);

    private record Session(String token, String refreshToken, long lifeNs, long endsNs) {

        boolean endsSoon() {
            return endsNs - System.nanoTime() < Math.min(SOON_NS, lifeNs / 2);
        }
    }

    private final String base;
    private final String login;
    private final AtomicReferenceArray<Session> seats = new AtomicReferenceArray<>(SEATS);
    private final ConcurrentLinkedQueue<Integer> free = new ConcurrentLinkedQueue<>();
    private final AtomicInteger turn = new AtomicInteger();

    private Sessions(String base, String email, String password) {
        this.base = base;
        this.login = ApiClient.JSON
                .createObjectNode()
                .put("email", email)
                .put("password", password)
                .toString();
    }

    /// Signs everybody in.
    ///
    /// @throws IOException when nobody answers, or the sign-in is refused
    public static Sessions open(String base, String email, String password) throws IOException {
        Sessions sessions = new Sessions(base, email, password);
        try (KeepAliveConnection connection = new KeepAliveConnection(HttpRequests.address(base))) {
            for (int seat = 0; seat < SEATS; seat++) {
                KeepAliveConnection.Answer answer =
                        connection.ask(HttpRequests.postJson(base, "/auth/login", "", sessions.login));
                if (answer.status() != 200 || !sessions.take(seat, answer.body())) {
                    throw new IOException("a sign-in was answered " + answer.status() + ": " + answer.body());
                }
                sessions.free.add(seat);
            }
        }
        return sessions;
    }

    /// The `Authorization` of somebody, as a header line.
    String header() {
        int seat = Math.floorMod(turn.getAndIncrement(), SEATS);
        return "Authorization: Bearer " + seats.get(seat).token() + "\r\n";
    }

    /// Somebody signs in anew.
    Outcome login(KeepAliveConnection connection) throws IOException {
        KeepAliveConnection.Answer answer = connection.ask(HttpRequests.postJson(base, "/auth/login", "", login));
        if (answer.status() != 200) {
            return Outcome.ofUnexpected(answer.status(), answer.saysWhen());
        }
        Integer seat = free.poll();
        if (seat == null) {
            return parse(answer.body()).isPresent() ? Outcome.GOOD : Outcome.WRONG_ANSWER;
        }
        boolean good = take(seat, answer.body());
        free.add(seat);
        return good ? Outcome.GOOD : Outcome.WRONG_ANSWER;
    }

    /// Somebody exchanges the refresh token.
    Outcome refresh(KeepAliveConnection connection) throws IOException {
        Integer seat = free.poll();
        if (seat == null) {
            // All others are at it already; whoever has none signs in.
            return login(connection);
        }
        try {
            return refresh(connection, seat);
        } finally {
            free.add(seat);
        }
    }

    /// Exchanges what ends soon, as everybody's program does.
    void keepFresh(KeepAliveConnection connection) throws IOException {
        for (int i = 0; i < SEATS; i++) {
            Integer seat = free.poll();
            if (seat == null) {
                return;
            }
            try {
                if (seats.get(seat).endsSoon()) {
                    Outcome _ = refresh(connection, seat);
                }
            } finally {
                free.add(seat);
            }
        }
    }

    private Outcome refresh(KeepAliveConnection connection, int seat) throws IOException {
        String body = ApiClient.JSON
                .createObjectNode()
                .put("refresh_token", seats.get(seat).refreshToken())
                .toString();
        byte[] request = HttpRequests.postJson(base, "/auth/refresh", "", body);
        KeepAliveConnection.Answer answer = connection.ask(request);
        if (answer.status() != 200) {
            return Outcome.ofUnexpected(answer.status(), answer.saysWhen());
        }
        return take(seat, answer.body()) ? Outcome.GOOD : Outcome.WRONG_ANSWER;
    }

    private boolean take(int seat, String body) throws IOException {
        Optional<Session> session = parse(body);
        session.ifPresent(found -> seats.set(seat, found));
        return session.isPresent();
    }

    private static Optional<Session> parse(String body) throws IOException {
        JsonNode data = ApiClient.JSON.readTree(body).path("data");
        String token = data.path("token").asText();
        String refresh = data.path("refresh_token").asText();
        long lifeNs = TimeUnit.SECONDS.toNanos(data.path("expires_in").asLong());
        return token.isEmpty() || refresh.isEmpty()
                ? Optional.empty()
                : Optional.of(new Session(token, refresh, lifeNs, System.nanoTime() + lifeNs));
    }
}
