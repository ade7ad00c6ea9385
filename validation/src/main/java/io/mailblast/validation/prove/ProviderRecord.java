package io.mailblast.validation.prove;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The simulator's own record of accepted mails, read page by page as it grows. It is on disk before the
/// simulator answers, and it is the judge. A campaign is known by a mark in its subject: what MailBlast itself
/// says of a mail, its tags among them, proves nothing.
final class ProviderRecord {

    private static final int PAGE = 10_000;
    private static final Pattern MARK = Pattern.compile("\\[proof (\\d+)]");

    private final Caller simulator;
    private final Map<Integer, Map<String, Integer>> accepted = new HashMap<>();
    private long next;

    ProviderRecord(Caller simulator) {
        this.simulator = simulator;
    }

    /// What a campaign's subject has to contain.
    ///
    /// @param mark a number of its own
    static String inSubject(int mark) {
        return "[proof " + mark + "]";
    }

    /// How many mails there are for each address of a campaign, by now.
    synchronized Map<String, Integer> accepted(int mark) {
        read();
        return Map.copyOf(accepted.getOrDefault(mark, Map.of()));
    }

    /// Each address' mail of a campaign, by its place in the record; only for mails that the simulator still
    /// keeps.
    synchronized Map<String, Long> numbers(int mark) {
        Map<String, Long> numbers = new HashMap<>();
        long from = 0;
        JsonNode page;
        do {
            page = simulator.get("/simulator/record?after=" + from + "&limit=" + PAGE);
            for (JsonNode mail : page.path("records")) {
                if (mark(mail) == mark) {
                    numbers.put(address(mail), mail.path("number").asLong());
                }
            }
            from = page.path("next").asLong();
        } while (from < page.path("size").asLong());
        return numbers;
    }

    /// The HTML of a campaign's mails; only of mails that the simulator still keeps.
    List<String> contents(int mark) {
        return numbers(mark).values().stream()
                .map(number -> simulator.text("/mail/" + number + "/html"))
                .toList();
    }

    /// The token of the one-click link of a kept mail, as a path.
    String unsubscribePath(long number) {
        String source = simulator.text("/mail/" + number + "/source").replaceAll("\r?\n[ \t]+", " ");
        for (String line : source.split("\r?\n")) {
            if (line.toLowerCase(Locale.ROOT).startsWith("list-unsubscribe:")) {
                return line.replaceFirst("^[^<]*<https?://[^/]+(/[^>]*)>.*$", "$1");
            }
        }
        throw new IllegalStateException("mail " + number + " has no List-Unsubscribe header");
    }

    /// What goes wrong at the provider from now on, and when it tells of deliveries.
    void behave(RoundPlan plan) {
        ObjectNode faults = Caller.JSON
                .createObjectNode()
                .put("error_rate", plan.refusalRate())
                .put("error", "TooManyRequestsException");
        JsonNode _ = simulator.postAgain("/simulator/faults", faults, Map.of());
        ObjectNode behaviour = Caller.JSON.createObjectNode().put("delivery_delay_ms", plan.eventsAfterMs());
        JsonNode _ = simulator.postAgain("/simulator/behaviour", behaviour, Map.of());
    }

    private void read() {
        JsonNode page;
        do {
            page = simulator.get("/simulator/record?after=" + next + "&limit=" + PAGE);
            for (JsonNode mail : page.path("records")) {
                accepted.computeIfAbsent(mark(mail), _ -> new HashMap<>()).merge(address(mail), 1, Integer::sum);
            }
            next = page.path("next").asLong();
        } while (next < page.path("size").asLong());
    }

    private static int mark(JsonNode mail) {
        Matcher mark = MARK.matcher(mail.path("subject").asText());
        return mark.find() ? Integer.parseInt(mark.group(1)) : -1;
    }

    private static String address(JsonNode mail) {
        return mail.path("recipient").asText().toLowerCase(Locale.ROOT);
    }
}
