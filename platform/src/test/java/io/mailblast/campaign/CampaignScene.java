package io.mailblast.campaign;

import io.mailblast.audience.EmailAddress;
import io.mailblast.http.Principal;
import io.mailblast.testing.Presses;
import io.mailblast.testing.TestDatabase;
import io.mailblast.testing.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/// A workspace with the routes of campaigns, in a database of its own. It is always the first of January 2026.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CampaignScene {

    final TestDatabase db = TestDatabase.create();
    final TestServer server = server();
    final long workspaceId = db.workspace("campaigns");
    final long accountId = account(workspaceId);
    final String token = server.token(new Principal(accountId, workspaceId, false));
    final String stranger = server.token(new Principal(accountId, db.workspace("others"), false));

    @AfterAll
    void close() {
        server.close();
        db.close();
    }

    long id(String path) {
        return Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
    }

    void execute(String statement) {
        db.database().read(handle -> handle.execute(statement));
    }

    private TestServer server() {
        Gate gate = new Gate() {
            @Override
            public Optional<String> address(String text) {
                return EmailAddress.parse(text).map(EmailAddress::email);
            }

            @Override
            public boolean isVerifiedSender(long workspaceId, String address) {
                return address.endsWith("@verified.example");
            }
        };
        return new TestServer(
                new CampaignRoutes(db.database(), gate),
                new PreviewRoutes(db.database(), Presses.press()),
                new SendRoutes(db.database(), gate, Presses.press()),
                new LifecycleRoutes(db.database(), gate, Presses.press(), () -> Instant.parse("2026-01-01T00:00:00Z")),
                new StatsRoutes(
                        db.database(), (workspace, campaign) -> kind -> StatsRoutes.Events.Count.of(0, 0, 0, 0)));
    }

    private long account(long workspace) {
        return db.database()
                .read(handle -> handle.createQuery("""
                        insert into account (workspace_id, email, address, role, password_hash)
                        values (:workspace, 'a@example.org', 'a@example.org', 'member', 'x') returning id
                        """)
                        .bind("workspace", workspace)
                        .mapTo(Long.class)
                        .one());
    }

    String make(String body) {
        return server.post("/campaigns", token, body)
                .headers()
                .firstValue("Location")
                .orElseThrow();
    }

    String draft(String name, String content) {
        return """
                {"name":"%s","subject":"s","from_name":"f","from_email":"a@unverified.example","content":"%s"}
                """.formatted(name, content);
    }

    /// A draft that can be sent.
    String complete(String name) {
        long list = db.database()
                .read(handle -> handle.createQuery("""
                        with l as (insert into contact_list (workspace_id, name) values (:workspace, :name) returning id),
                        c as (
                            insert into contact (workspace_id, email, address)
                            values (:workspace, :name || '@example.com', lower(:name) || '@example.com') returning id)
                        insert into list_member (list_id, contact_id) select l.id, c.id from l, c returning list_id
                        """)
                        .bind("workspace", workspaceId)
                        .bind("name", name)
                        .mapTo(Long.class)
                        .one());
        return """
                {"name":"%s","subject":"s","from_name":"f","from_email":"a@verified.example","content":"<p>x</p>","list_ids":[%d]}
                """.formatted(name, list);
    }

    HttpResponse<String> send(String path, String key) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(path + "/send"))
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.noBody());
        if (!key.isEmpty()) {
            request.header("Idempotency-Key", key);
        }
        return server.send(request.build());
    }
}
