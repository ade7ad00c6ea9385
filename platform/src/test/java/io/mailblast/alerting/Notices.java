package io.mailblast.alerting;

import io.mailblast.http.Json;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Notices as tests need them, with good defaults for what does not matter.
final class Notices {

    static final Instant FIRED = Instant.parse("2026-03-01T10:00:00Z");
    static final Instant RESOLVED = Instant.parse("2026-03-01T10:20:00Z");
    static final String CONSOLE = "https://mail.example.org";

    static final Notice.Item CRASH = new Notice.Item(
            "018f3f6e-0000-7000-8000-000000000001",
            "mailblast/Worker Crash",
            "Worker Crash",
            Severity.CRITICAL,
            "2 workers ended without being told to",
            "workers_missing > 0",
            "2",
            "worker-crash",
            List.of("email", "pagerduty"),
            FIRED,
            Optional.empty(),
            Optional.empty(),
            false);

    private Notices() {}

    static Notice of(Notice.Item... items) {
        return new Notice(List.of(items), CONSOLE);
    }

    /// So many firing warnings, `Alert 1` and on.
    static Notice many(int count) {
        return new Notice(
                IntStream.rangeClosed(1, count)
                        .mapToObj(i -> keyed(
                                worded(severity(CRASH, Severity.WARNING), "Alert " + i, CRASH.summary()), "key-" + i))
                        .toList(),
                CONSOLE);
    }

    /// What receivers are tried with: it compares nothing.
    static Notice.Item trial() {
        return new Notice.Item(
                "0",
                "mailblast/Trial",
                "Trial",
                Severity.WARNING,
                "Nothing is wrong",
                "",
                "",
                "notification-failing",
                List.of(),
                FIRED,
                Optional.empty(),
                Optional.empty(),
                false);
    }

    static Notice.Item keyed(Notice.Item item, String key) {
        return known(item, key, item.name(), item.severity(), item.summary());
    }

    static Notice.Item worded(Notice.Item item, String name, String summary) {
        return known(item, item.key(), name, item.severity(), summary);
    }

    static Notice.Item severity(Notice.Item item, Severity severity) {
        return known(item, item.key(), item.name(), severity, item.summary());
    }

    private static Notice.Item known(Notice.Item item, String key, String name, Severity severity, String summary) {
        return new Notice.Item(
                item.id(),
                key,
                name,
                severity,
                summary,
                item.expression(),
                item.value(),
                item.runbook(),
                item.receivers(),
                item.firedAt(),
                item.resolvedAt(),
                item.acknowledgedBy(),
                item.escalated());
    }

    static Notice.Item resolved(Notice.Item item) {
        return state(item, Optional.of(RESOLVED), item.acknowledgedBy(), item.escalated());
    }

    static Notice.Item acknowledged(Notice.Item item, String by) {
        return state(item, item.resolvedAt(), Optional.of(by), item.escalated());
    }

    static Notice.Item escalated(Notice.Item item) {
        return state(item, item.resolvedAt(), item.acknowledgedBy(), true);
    }

    private static Notice.Item state(
            Notice.Item item, Optional<Instant> resolvedAt, Optional<String> acknowledgedBy, boolean escalated) {
        return new Notice.Item(
                item.id(),
                item.key(),
                item.name(),
                item.severity(),
                item.summary(),
                item.expression(),
                item.value(),
                item.runbook(),
                item.receivers(),
                item.firedAt(),
                resolvedAt,
                acknowledgedBy,
                escalated);
    }

    /// A report that is not one.
    static Digest digest() {
        return new Digest(
                "MailBlast daily report of mail.example.org",
                List.of("11 of 12 targets were met; missed: API, p95.", "No alert fired <!here>."),
                "# Report\n\nAll of it\n",
                "<!DOCTYPE html><html lang=\"en\"><body>All of it</body></html>",
                Json.MAPPER.createObjectNode().put("period", "daily"),
                "https://mail.example.org");
    }
}
