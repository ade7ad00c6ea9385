package io.mailblast.validation.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.installation.ApiClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The simulated provider behind an installation: what it does, and its own record of what it took.
///
/// @param http where the simulator is
/// @param operator whose mails are about alerts, and no campaign's
public record SimulatedProvider(String http, String operator) {

    /// E-mails to the operator, read out of the simulator's record.
    public List<ToldWhom.Message> mails(long after) {
        JsonNode page = simulator("/simulator/record?after=" + after + "&limit=10000");
        return page.path("records")
                .valueStream()
                .filter(mail -> mail.path("recipient").asText().equals(operator))
                .flatMap(mail ->
                        ToldWhom.named("email", mailSource(mail.path("number").asLong())))
                .toList();
    }

    /// How many mails the simulator has taken so far.
    public long mailCount() {
        return simulator("/simulator/record?after=0&limit=1").path("size").asLong();
    }

    /// Whether somebody else than the operator got a mail after so many.
    public boolean hasSentAfter(long mails) {
        return simulator("/simulator/record?after=" + mails + "&limit=1000")
                .path("records")
                .valueStream()
                .anyMatch(mail -> !mail.path("recipient").asText().equals(operator));
    }

    /// How many mails anybody got beyond his one, of those after so many.
    public long sentTwice(long after) {
        Map<String, Integer> mails = new HashMap<>();
        JsonNode page;
        long from = after;
        do {
            page = simulator("/simulator/record?after=" + from + "&limit=10000");
            page.path("records")
                    .forEach(mail -> mails.merge(mail.path("recipient").asText(), 1, Integer::sum));
            from = page.path("next").asLong();
        } while (from < page.path("size").asLong());
        mails.remove(operator);
        return mails.values().stream().mapToLong(count -> count - 1).sum();
    }

    /// What the simulated provider and its recipients do from now on.
    ///
    /// @param what `faults` or `behaviour`
    public void change(String what, Map<String, Object> changes) {
        try (ApiClient simulator = new ApiClient(http)) {
            JsonNode _ = simulator.post("/simulator/" + what, ApiClient.JSON.valueToTree(changes));
        }
    }

    private JsonNode simulator(String path) {
        try (ApiClient simulator = new ApiClient(http)) {
            return simulator.get(path);
        }
    }

    private String mailSource(long number) {
        try (ApiClient simulator = new ApiClient(http)) {
            return simulator.text("/mail/" + number + "/source");
        }
    }
}
