package io.mailblast.monitoring;

import io.mailblast.http.Access;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Feature;
import io.mailblast.http.FieldError;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `GET /health/live` says that the process answers, `GET /health/ready` whether it can do its work and what is wrong.
public final class HealthRoutes implements Feature {

    private static final Logger LOG = LoggerFactory.getLogger(HealthRoutes.class);

    private static final Schema.Shape LIVE = Schema.shape("Live").field("status", Schema.choice("up"));
    private static final Schema.Shape CHECK =
            Schema.shape("HealthCheck").field("name", Schema.line(1, 100)).field("status", Schema.choice("up"));
    private static final Schema.Shape WARNING =
            Schema.shape("HealthWarning").field("name", Schema.line(1, 100)).field("message", Schema.line(1, 2_000));
    private static final Schema.Shape READY = Schema.shape("Ready")
            .field("status", Schema.choice("ready"))
            .field("version", Schema.line(1, 100))
            .field("test_installation", Schema.flag())
            .field("real_provider", Schema.flag())
            .field("time_scale", Schema.number())
            .field("warnings", Schema.items(WARNING, 100))
            .field("checks", Schema.items(CHECK, 100));

    private final List<HealthCheck> checks;
    private final List<HealthCheck> warnings = new ArrayList<>();
    private final String version;
    private final boolean testInstallation;
    private final boolean realProvider;
    private final double timeScale;

    /// @param testInstallation whether plans and drills may hurt this installation
    /// @param realProvider whether mails really go out, so that they must not
    public HealthRoutes(
            List<HealthCheck> checks,
            String version,
            boolean testInstallation,
            boolean realProvider,
            double timeScale) {
        this.checks = List.copyOf(checks);
        this.version = version;
        this.testInstallation = testInstallation;
        this.realProvider = realProvider;
        this.timeScale = timeScale;
    }

    private record Check(String name, String status) {}

    private record Warning(String name, String message) {}

    /// Something that an operator must see to while this process can do its own work all the same: it is told, and
    /// changes no status.
    public HealthRoutes warning(HealthCheck check) {
        warnings.add(check);
        return this;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/health/live", "live")
                        .tag("monitoring")
                        .summary("Whether the process answers")
                        .access(Access.PUBLIC)
                        .often()
                        .answersBare(200, LIVE)
                        .handle(call -> Answer.json(200, Map.of("status", "up"))),
                Route.get("/health/ready", "ready")
                        .tag("monitoring")
                        .summary("Whether it can do its work, and what is wrong")
                        .access(Access.PUBLIC)
                        .answersBare(200, READY)
                        .handle(this::ready));
    }

    private Answer ready(Call call) {
        List<FieldError> wrong = new ArrayList<>();
        for (HealthCheck check : checks) {
            problem(check).ifPresent(message -> wrong.add(new FieldError(check.name(), message)));
        }
        Map<String, Object> body = new LinkedHashMap<>();
        if (wrong.isEmpty()) {
            body.put("status", "ready");
        } else {
            Problem problem = Problem.unavailable(
                    String.join(" ", wrong.stream().map(FieldError::message).toList()));
            body.put("type", problem.type());
            body.put("title", problem.title());
            body.put("status", problem.status());
            body.put("detail", problem.detail());
            body.put("errors", wrong);
        }
        body.put("version", version);
        body.put("test_installation", testInstallation);
        body.put("real_provider", realProvider);
        body.put("time_scale", timeScale);
        body.put("warnings", warnings());
        if (wrong.isEmpty()) {
            body.put(
                    "checks",
                    checks.stream().map(check -> new Check(check.name(), "up")).toList());
            return Answer.json(200, body);
        }
        return new Answer(503, Map.of("Retry-After", "5"), new Answer.Json(body, Problem.MEDIA_TYPE));
    }

    private List<Warning> warnings() {
        List<Warning> told = new ArrayList<>();
        for (HealthCheck warning : warnings) {
            problem(warning).ifPresent(message -> told.add(new Warning(warning.name(), message)));
        }
        return told;
    }

    private static Optional<String> problem(HealthCheck check) {
        try {
            return check.problem().get();
        } catch (RuntimeException e) {
            LOG.warn("health_check={} failed=\"{}\"", check.name(), e.toString());
            return Optional.of("The check of " + check.name() + " itself fails; see the log.");
        }
    }
}
