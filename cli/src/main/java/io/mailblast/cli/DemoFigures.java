package io.mailblast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The demo's campaign in numbers, from three sides: what MailBlast answers, what the simulator counted itself, and
/// whether MailBlast's rows, rollups and bitmaps say the same.
///
/// @param answers by the names of `--json`
/// @param simulator its counts by the same names
/// @param disagreements in words; empty when every number agrees
record DemoFigures(Map<String, Long> answers, Map<String, Long> simulator, double seconds, List<String> disagreements) {

    /// Of the simulator's counts those that MailBlast counts too.
    private static final List<String> BOTH =
            List.of("sent", "delivered", "bounced", "complained", "unique_opens", "unique_clicks", "unsubscribed");

    /// @param stats `data` of `/campaigns/{id}/stats`
    /// @param overview `data` of `/analytics/overview`
    /// @param rows `data` of `/installation/counts`
    /// @param counts of the simulator
    static DemoFigures of(JsonNode stats, JsonNode overview, JsonNode rows, JsonNode counts) {
        JsonNode states = stats.path("by_state");
        Map<String, Long> answers = new LinkedHashMap<>();
        answers.put("recipients", stats.path("recipients").asLong(-1));
        answers.put("sent", states.path("sent").asLong(-1));
        answers.put("delivered", stats.path("delivered").asLong(-1));
        answers.put("bounced", stats.path("bounced").asLong(-1));
        answers.put("complained", stats.path("complained").asLong(-1));
        answers.put("unique_opens", stats.path("opens").path("unique").asLong(-1));
        answers.put("unique_clicks", stats.path("clicks").path("unique").asLong(-1));
        answers.put("unsubscribed", stats.path("unsubscribed").asLong(-1));
        answers.put("failed", states.path("failed").asLong(-1));
        answers.put("skipped", states.path("skipped").asLong(-1));
        answers.put("cancelled", states.path("cancelled").asLong(-1));
        answers.put("in_doubt", states.path("in_doubt").asLong(-1));
        Map<String, Long> simulator = new LinkedHashMap<>();
        BOTH.forEach(name -> simulator.put(name, counts.path(name).asLong(-1)));
        double seconds = stats.path("seconds").asDouble();
        return new DemoFigures(answers, simulator, seconds, compare(answers, simulator, overview, rows, counts));
    }

    boolean agree() {
        return disagreements.isEmpty();
    }

    double mailsPerSecond() {
        return seconds <= 0 ? 0 : answers.getOrDefault("sent", 0L) / seconds;
    }

    ObjectNode json(String http, String inbox) {
        ObjectNode node = ApiClient.JSON.createObjectNode();
        answers.forEach(node::put);
        node.put("seconds", seconds);
        node.put("mails_per_second", Math.round(mailsPerSecond() * 10) / 10.0);
        node.put("numbers_agree", agree());
        ObjectNode counted = node.putObject("simulator");
        simulator.forEach(counted::put);
        if (!agree()) {
            disagreements.forEach(node.putArray("disagreements")::add);
        }
        node.putObject("urls")
                .put("api", http)
                .put("openapi", http + "/openapi.json")
                .put("inbox", inbox);
        return node;
    }

    /// The table that a person reads.
    String table() {
        StringBuilder table = new StringBuilder();
        answers.forEach((name, value) -> table.append(String.format("  %-18s %,10d%n", name.replace('_', ' '), value)));
        table.append(String.format("  %-18s %,10.1f%n", "seconds", seconds));
        table.append(String.format("  %-18s %,10.0f%n", "mails per second", mailsPerSecond()));
        disagreements.forEach(text -> table.append("  ! ").append(text).append('\n'));
        return table.append("  numbers agree: ")
                .append(agree() ? "yes" : "no")
                .append('\n')
                .toString();
    }

    private static List<String> compare(
            Map<String, Long> answers, Map<String, Long> simulator, JsonNode overview, JsonNode rows, JsonNode counts) {
        List<String> found = new ArrayList<>();
        simulator.forEach((name, counted) -> differ(
                found,
                name + ": MailBlast answers",
                answers.getOrDefault(name, -1L),
                "the simulator counted",
                counted));
        long ended = answers.getOrDefault("sent", 0L)
                + answers.getOrDefault("failed", 0L)
                + answers.getOrDefault("skipped", 0L)
                + answers.getOrDefault("cancelled", 0L)
                + answers.getOrDefault("in_doubt", 0L);
        differ(found, "recipients:", answers.getOrDefault("recipients", -1L), "the sum of their states is", ended);
        if (counts.path("duplicates").asLong(-1) != 0) {
            found.add("the simulator was sent " + counts.path("duplicates").asLong(-1) + " mails twice");
        }
        Map<String, String> inOverview = Map.of(
                "sent", "/sent",
                "delivered", "/delivered",
                "unique_opens", "/opens/unique",
                "unique_clicks", "/clicks/unique",
                "bounced", "/bounced",
                "complained", "/complained",
                "unsubscribed", "/unsubscribed");
        inOverview.forEach((name, path) -> differ(
                found,
                name + ": the campaign's figures say",
                answers.getOrDefault(name, -1L),
                "the overview",
                overview.at(path).asLong(-1)));
        if (!rows.path("agree").asBoolean(false)) {
            found.add("rows, rollups and bitmaps differ: " + rows.path("differences"));
        }
        return found;
    }

    private static void differ(List<String> found, String one, long value, String other, long otherValue) {
        if (value != otherValue) {
            found.add(one + " " + value + ", " + other + " " + otherValue);
        }
    }
}
