package io.mailblast.alerting;

import io.mailblast.db.Database;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What fired, for reports.
public final class PastIncidents {

    private final Incidents incidents;

    public PastIncidents(Database database) {
        this.incidents = new Incidents(database);
    }

    /// One alert from its firing on.
    ///
    /// @param acknowledgedAt null where nobody took it
    /// @param acknowledgedBy null where nobody took it
    /// @param resolvedAt null while it fires
    public record PastIncident(
            long id,
            String name,
            Severity severity,
            String summary,
            Instant firedAt,
            @Nullable Instant acknowledgedAt,
            @Nullable String acknowledgedBy,
            @Nullable Instant resolvedAt) {}

    /// Those that began to fire in between, oldest first; of what is no trouble, such as the watchdog, none.
    ///
    /// @param to not included
    public List<PastIncident> between(Instant from, Instant to) {
        return incidents.fired(from, to).stream()
                .filter(each -> each.severity() != Severity.NONE)
                .map(each -> new PastIncident(
                        each.id(),
                        each.rule(),
                        each.severity(),
                        each.summary(),
                        Objects.requireNonNull(each.alert().firedAt()),
                        each.acknowledgement().map(Incident.Acknowledgement::at).orElse(null),
                        each.acknowledgement().map(Incident.Acknowledgement::by).orElse(null),
                        each.alert().resolvedAt()))
                .toList();
    }
}
