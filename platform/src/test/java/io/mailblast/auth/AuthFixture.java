package io.mailblast.auth;

import io.mailblast.http.Access;
import io.mailblast.http.Answer;
import io.mailblast.http.Feature;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import io.mailblast.testing.Folders;
import io.mailblast.testing.SettableClock;
import io.mailblast.testing.TestDatabase;
import io.mailblast.testing.TestServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// A server with this package's routes, a clock to set, and accounts to sign in with.
final class AuthFixture implements AutoCloseable {

    static final String PASSWORD = "correct horse battery";
    private static final AtomicInteger NEXT = new AtomicInteger();

    final TestDatabase database = TestDatabase.create();
    final SettableClock clock = new SettableClock();
    final Path keys;
    final Auth auth;
    final TestServer server;

    AuthFixture() {
        this(new AuthConfig(
                Duration.ofMinutes(15), Duration.ofDays(30), Duration.ofHours(12), 5, Duration.ofMinutes(5), 2));
    }

    AuthFixture(AuthConfig config) {
        try {
            keys = Folders.temporary("mailblast-keys-");
            Files.setPosixFilePermissions(keys, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
            auth = Auth.open(database.database(), keys, config, clock, new SimpleMeterRegistry());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<Feature> features = new ArrayList<>(auth.features());
        features.add(() -> List.of(
                Route.get("/mine", "mine")
                        .answers(200, Schema.flag())
                        .handle(call -> Answer.ok(Map.of("workspace", call.workspaceId()))),
                Route.get("/operators", "operators")
                        .access(Access.OPERATOR)
                        .answers(200, Schema.flag())
                        .handle(call -> Answer.ok(true))));
        server = new TestServer(auth.authenticator(), features);
    }

    /// A session as its client sees it.
    record Session(String token, String refreshToken, long expiresIn) {

        static Session of(HttpResponse<String> response) {
            var data = TestServer.json(response).path("data");
            return new Session(
                    data.path("token").asText(),
                    data.path("refresh_token").asText(),
                    data.path("expires_in").asLong());
        }
    }

    Account account(Role role) {
        String email = "user" + NEXT.incrementAndGet() + "@example.com";
        return ((Accounts.Creation.Made) auth.accounts().create(email, PASSWORD, "default", role)).account();
    }

    Session signIn(Account account) {
        HttpResponse<String> response = login(account.email(), PASSWORD);
        if (response.statusCode() != 200) {
            throw new IllegalStateException(response.body());
        }
        return Session.of(response);
    }

    HttpResponse<String> login(String email, String password) {
        return server.post("/auth/login", "", "{\"email\":\"" + email + "\",\"password\":\"" + password + "\"}");
    }

    HttpResponse<String> refresh(String token) {
        return server.post("/auth/refresh", "", "{\"refresh_token\":\"" + token + "\"}");
    }

    @Override
    public void close() {
        server.close();
        auth.close();
        database.close();
    }
}
