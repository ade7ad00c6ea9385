package io.mailblast.validation.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.installation.Installation;
import java.util.List;

/// An installation that has been used for a month: opens and clicks of many campaigns, made up past all front doors.
final class ManyEvents {

    private static final int COUNT = 200;
    private static final int RECIPIENTS = 50_000;
    private static final int DAYS = 30;

    /// In words.
    static final String CAMPAIGNS =
            COUNT + " of " + Settings.grouped(RECIPIENTS) + " recipients, over " + DAYS + " days";

    private ManyEvents() {}

    static void ingest(Installation installation, int events, Screen screen) {
        screen.step("Ingesting " + Settings.grouped(events) + " events of " + COUNT + " campaigns ...");
        JsonNode _ = installation.measure(List.of(
                "ingest",
                "--no-copy",
                "--events",
                Integer.toString(events),
                "--campaigns",
                Integer.toString(COUNT),
                "--recipients",
                Integer.toString(RECIPIENTS),
                "--days",
                Integer.toString(DAYS)));
    }
}
