package io.mailblast.console;

import io.mailblast.audience.ContactRoutes;
import io.mailblast.audience.EmailAddress;
import io.mailblast.audience.ListRoutes;
import io.mailblast.audience.SenderRoutes;
import io.mailblast.audience.SenderVerification;
import io.mailblast.audience.SuppressionRoutes;
import io.mailblast.auth.Auth;
import io.mailblast.auth.AuthConfig;
import io.mailblast.auth.Role;
import io.mailblast.campaign.CampaignRoutes;
import io.mailblast.campaign.Gate;
import io.mailblast.campaign.LifecycleRoutes;
import io.mailblast.campaign.PreviewRoutes;
import io.mailblast.campaign.SendRoutes;
import io.mailblast.campaign.StatsRoutes;
import io.mailblast.http.Feature;
import io.mailblast.http.LocalApi;
import io.mailblast.http.Route;
import io.mailblast.report.RunRoutes;
import io.mailblast.report.Runs;
import io.mailblast.testing.Folders;
import io.mailblast.testing.Presses;
import io.mailblast.testing.SettableClock;
import io.mailblast.testing.TestDatabase;
import io.mailblast.testing.TestServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/// The console with the features that it shows, over a database of its own, and a clock to set.
final class ConsoleScene implements AutoCloseable {

    static final String PASSWORD = "correct horse battery";

    final TestDatabase database = TestDatabase.create();
    final SettableClock clock = new SettableClock();
    final Auth auth;
    final TestServer server;

    /// Where reports of validation lie.
    final Path runs = Folders.temporary("mailblast-runs-");

    private final Console console;

    ConsoleScene() {
        this(false);
    }

    /// @param secure as behind https
    ConsoleScene(boolean secure) {
        try {
            Path keys = Folders.temporary("mailblast-keys-");
            Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rwx------"));
            auth = Auth.open(database.database(), keys, AuthConfig.DEFAULTS, clock, new SimpleMeterRegistry());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        AtomicReference<List<Route>> routes = new AtomicReference<>(List.of());
        console = new Console(auth.doors(), new LocalApi(routes::get), secure);
        Gate gate = new AnyAddress();
        List<Feature> features = new ArrayList<>(auth.features());
        features.addAll(List.of(
                new CampaignRoutes(database.database(), gate),
                new PreviewRoutes(database.database(), Presses.press()),
                new SendRoutes(database.database(), gate, Presses.press()),
                new LifecycleRoutes(database.database(), gate, Presses.press(), clock),
                new ContactRoutes(database.database()),
                new ListRoutes(database.database()),
                new SuppressionRoutes(database.database()),
                new SenderRoutes(database.database(), SenderVerification.ofSimulator()),
                new StatsRoutes(
                        database.database(), (workspace, campaign) -> kind -> StatsRoutes.Events.Count.of(0, 0, 0, 0)),
                new RunRoutes(new Runs(runs)),
                console));
        server = new TestServer(auth.authenticator(), features);
        routes.set(server.server().routes());
    }

    private static final class AnyAddress implements Gate {

        @Override
        public Optional<String> address(String text) {
            return EmailAddress.parse(text).map(EmailAddress::email);
        }

        @Override
        public boolean isVerifiedSender(long workspaceId, String address) {
            return true;
        }
    }

    Browser browser() {
        return new Browser(server);
    }

    /// Signed in to a workspace, as a member.
    Browser signedIn(String workspace) {
        return signedIn(workspace, Role.MEMBER);
    }

    Browser signedIn(String workspace, Role role) {
        String email = "someone-" + System.nanoTime() + "@" + workspace + ".example";
        auth.accounts().create(email, PASSWORD, workspace, role);
        Browser browser = browser();
        browser.post("/console/sign-in", Map.of("email", email, "password", PASSWORD));
        browser.get("/console/campaigns/new");
        return browser;
    }

    /// @return where the draft is
    String draft(Browser browser, String name) {
        browser.get("/console/campaigns/new");
        String location = browser.post(
                        "/console/campaigns/new",
                        Map.of(
                                "name", name,
                                "subject", "A subject",
                                "from_name", "News",
                                "from_email", "news@example.com"))
                .headers()
                .firstValue("Location")
                .orElseThrow();
        return location.replaceAll("/edit.*", "");
    }

    @Override
    public void close() {
        console.close();
        server.close();
        auth.close();
        database.close();
    }
}
