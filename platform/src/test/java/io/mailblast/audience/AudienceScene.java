package io.mailblast.audience;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.audience.SenderVerification.Standing;
import io.mailblast.http.Principal;
import io.mailblast.testing.TestDatabase;
import io.mailblast.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The routes of contacts, lists, suppressions and senders over a database of their own, asked by a member of a new
/// workspace in each test.
final class AudienceScene implements BeforeEachCallback, AfterAllCallback {

    final TestDatabase db = TestDatabase.create();

    /// What the provider says about a sender; of others that it is to add DNS records.
    final ConcurrentHashMap<String, Standing> provider = new ConcurrentHashMap<>();

    private final TestServer server = new TestServer(
            new ContactRoutes(db.database()),
            new ListRoutes(db.database()),
            new SuppressionRoutes(db.database()),
            new SenderRoutes(
                    db.database(),
                    identity -> provider.getOrDefault(identity, new Standing.Unverified("Add the DNS records."))));

    private int workspaces;
    private long workspaceId;
    private String token = "";

    @Override
    public void beforeEach(ExtensionContext context) {
        ownWorkspace();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        server.close();
        db.close();
    }

    /// From now on a member of a new workspace asks.
    void ownWorkspace() {
        workspaceId = db.workspace("audience-" + ++workspaces);
        token = server.token(new Principal(1, workspaceId, false));
    }

    long workspaceId() {
        return workspaceId;
    }

    String token() {
        return token;
    }

    /// From now on asks whose token this is.
    void as(String another) {
        token = another;
    }

    HttpResponse<String> get(String path) {
        return server.get(path, token);
    }

    HttpResponse<String> post(String path, String body) {
        return server.post(path, token, body);
    }

    HttpResponse<String> call(String method, String path, @Nullable String body) {
        return server.call(method, path, token, body);
    }

    long contact(String email) {
        return made("/contacts", "{\"email\": \"" + email + "\"}");
    }

    long list(String name) {
        return made("/lists", "{\"name\": \"" + name + "\"}");
    }

    private long made(String path, String body) {
        return data(post(path, body), 201).get("id").asLong();
    }

    /// As the recipient's own link does.
    void leave(long list, long contact) {
        db.database()
                .write(handle -> handle.execute(
                        "update list_member set left_at = now() where list_id = ? and contact_id = ?", list, contact));
    }

    boolean maySend(String from) {
        return db.database().read(handle -> Senders.verifiedFor(handle, workspaceId, from));
    }

    /// The `email` of each row, through all pages.
    List<String> emails(String path) {
        List<String> emails = new ArrayList<>();
        String cursor = "";
        do {
            String separator = path.contains("?") ? "&" : "?";
            HttpResponse<String> page = get(path + (cursor.isEmpty() ? "" : separator + "cursor=" + cursor));
            emails.addAll(emails(page));
            cursor = TestServer.json(page).at("/page/next").asText("");
        } while (!cursor.isEmpty() && !cursor.equals("null"));
        return emails;
    }

    /// The `email` of each row of one page.
    List<String> emails(HttpResponse<String> page) {
        List<String> emails = new ArrayList<>();
        assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
        TestServer.json(page)
                .get("data")
                .forEach(row -> emails.add(row.get("email").asText()));
        return emails;
    }

    JsonNode data(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return TestServer.json(response).get("data");
    }
}
