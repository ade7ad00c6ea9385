package io.mailblast.validation.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What an installation says of its alerts; nothing while nobody can tell.
public final class FiredAlerts {

    /// What always fires, and proves that alerting works.
    static final String WATCHDOG = "Watchdog";

    private final ApiClient api;

    /// @param api of somebody who may see them
    public FiredAlerts(ApiClient api) {
        this.api = api;
    }

    /// One firing of an alert.
    public record Fired(String name, Instant activeAt, Instant firedAt, boolean resolved) {}

    /// Names of those that fire now, but the watchdog.
    public Set<String> now() {
        Set<String> firing = new TreeSet<>();
        for (JsonNode alert : alerts("/alerts?phase=firing&limit=100")) {
            firing.add(alert.path("name").asText());
        }
        firing.remove(WATCHDOG);
        return firing;
    }

    /// Whether somebody can tell.
    boolean areKnown() {
        try {
            return api.get("/alerts?limit=1").has("data");
        } catch (CannotRunException e) {
            return false;
        }
    }

    /// Whether what always fires does, so that alerts are watched at all.
    public boolean watchdogFires() {
        return alerts("/alerts?phase=firing&limit=100").stream()
                .anyMatch(alert -> alert.path("name").asText().equals(WATCHDOG));
    }

    /// All that began to fire since then, but the watchdog.
    public List<Fired> since(Instant since) {
        List<Fired> fired = new ArrayList<>();
        for (JsonNode alert : alerts("/alerts?limit=100")) {
            String at = alert.path("fired_at").asText("");
            if (at.isEmpty() || at.equals("null") || alert.path("name").asText().equals(WATCHDOG)) {
                continue;
            }
            Instant firedAt = Instant.parse(at);
            if (!firedAt.isBefore(since)) {
                fired.add(new Fired(
                        alert.path("name").asText(),
                        Instant.parse(alert.path("active_at").asText()),
                        firedAt,
                        alert.path("phase").asText().equals("resolved")));
            }
        }
        return fired;
    }

    private List<JsonNode> alerts(String path) {
        try {
            List<JsonNode> alerts = new ArrayList<>();
            api.get(path).path("data").forEach(alerts::add);
            return alerts;
        } catch (CannotRunException e) {
            return List.of();
        }
    }
}
