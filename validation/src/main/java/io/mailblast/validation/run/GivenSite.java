package io.mailblast.validation.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.plan.Resource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// One that somebody runs: only where it is marked as one that plans may hurt, or whoever asks
/// for it allows the damage.
public final class GivenSite implements Site {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String http;
    private final Optional<String> simulator;
    private final ApiClient operator;
    private final Path folder;

    private GivenSite(String http, Optional<String> simulator, ApiClient operator, Path folder) {
        this.http = http;
        this.simulator = simulator;
        this.operator = operator;
        this.folder = folder;
    }

    /// Whether one that is not marked may be hurt.
    public enum Damage {
        REFUSED,
        ALLOWED
    }

    /// @param http such as `http://127.0.0.1:8080`
    /// @param simulator behind it, such as `http://127.0.0.1:9025`; empty where it is not known
    /// @throws RefusedException when it is no MailBlast, or must not be hurt, or the credentials are wrong
    /// @throws CannotRunException when nobody answers
    public static GivenSite at(
            String http, Optional<String> simulator, String email, String password, double timeScale, Damage damage) {
        String base = http.replaceFirst("/+$", "");
        JsonNode ready = ready(base);
        if (damage == Damage.REFUSED && !ready.path("test_installation").asBoolean()) {
            throw new RefusedException(base + " is not marked as an installation that plans may hurt. Set"
                    + " `test_installation: true` in its configuration, or say --allow-damage.");
        }
        if (ready.path("real_provider").asBoolean()) {
            throw new RefusedException(base + " sends by a real provider, so that real people would get what is sent to"
                    + " hurt it. Nothing allows that: let it send to ./mailblast simulate.");
        }
        double its = ready.path("time_scale").asDouble(1);
        if (its != timeScale) {
            throw new RefusedException("The plan would run with --time-scale " + timeScale + ", and " + base
                    + " runs with time_scale " + its + ": make them the same.");
        }
        ApiClient operator = new ApiClient(base);
        try {
            operator.signIn(email, password);
            JsonNode me = operator.get("/auth/me").path("data");
            if (!me.path("role")
                    .asText(me.path("account").path("role").asText())
                    .equals("operator")) {
                throw new RefusedException("The account " + email + " of " + base
                        + " is no operator; a plan makes an account of its own, and only an operator can.");
            }
            return new GivenSite(base, simulator, operator, Files.createTempDirectory("mailblast-validation-"));
        } catch (RefusedException e) {
            operator.close();
            throw e;
        } catch (CannotRunException e) {
            operator.close();
            throw new RefusedException("The sign-in at " + base + " as " + email + " failed: " + e.getMessage());
        } catch (IOException e) {
            operator.close();
            throw new CannotRunException("No temporary folder can be made: " + e.getMessage());
        }
    }

    /// `/health/ready`, which says what an installation is, also when it is not ready.
    private static JsonNode ready(String base) {
        HttpResponse<String> answer;
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            answer = client.send(
                    HttpRequest.newBuilder(URI.create(base + "/health/ready"))
                            .timeout(PATIENCE)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IllegalArgumentException e) {
            throw new RefusedException("--target: '" + base + "' is no address; write http://HOST:PORT");
        } catch (IOException e) {
            throw new CannotRunException("Nobody answers at " + base + ": "
                    + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
        try {
            JsonNode ready = ApiClient.JSON.readTree(answer.body());
            if (ready != null && ready.has("test_installation") && ready.has("time_scale")) {
                return ready;
            }
        } catch (IOException e) {
            // said below
        }
        throw new RefusedException("What answers at " + base + " is no MailBlast: GET /health/ready gave "
                + answer.statusCode() + " and not what MailBlast says there.");
    }

    @Override
    public String http() {
        return http;
    }

    @Override
    public Optional<String> simulatorHttp() {
        return simulator;
    }

    @Override
    public ApiClient operator() {
        return operator;
    }

    @Override
    public Optional<String> workerHttp() {
        return Optional.empty();
    }

    @Override
    public Optional<ProcessHandle> api() {
        return Optional.empty();
    }

    @Override
    public boolean isOwn() {
        return false;
    }

    @Override
    public List<String> provide(Optional<Resource> resource) {
        if (resource.isPresent()) {
            throw new CannotRunException("A MailBlast that somebody else runs cannot be given " + resource.get() + ".");
        }
        return List.of(http);
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public String description() {
        return http;
    }

    @Override
    public void close() {
        operator.close();
        try {
            Files.deleteIfExists(folder.resolve("contacts.csv"));
            Files.deleteIfExists(folder.resolve("import.csv"));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            System.err.println("Left behind: " + folder);
        }
    }
}
