package io.mailblast.validation.hostile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.installation.ApiClient;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/// What bad requests came to.
///
/// @param byStatus how many were answered with each status
/// @param cutOff how many, hardly HTTP, were hung up on
/// @param again how many were sent once more because their connection had ended
/// @param later how often a request was told to come again, since the server had no room
/// @param kept the first violations, in words, with their requests
public record BadRequestsResult(
        long seed,
        SortedMap<Integer, Long> byStatus,
        long cutOff,
        long again,
        long later,
        long violations,
        List<String> kept) {

    public boolean isGood() {
        return violations == 0;
    }

    private long requests() {
        return byStatus.values().stream().mapToLong(Long::longValue).sum() + cutOff;
    }

    public ObjectNode json() {
        ObjectNode json = ApiClient.JSON
                .createObjectNode()
                .put("guarantee", BadRequestsProof.NAME)
                .put("seed", seed)
                .put("requests", requests())
                .put("cut_off", cutOff)
                .put("sent_again", again)
                .put("told_to_come_again", later);
        ObjectNode statuses = json.putObject("by_status");
        byStatus.forEach((status, count) -> statuses.put(Integer.toString(status), count));
        kept.forEach(json.put("violation_count", violations).putArray("violations")::add);
        return json.put("verdict", isGood() ? "pass" : "fail");
    }

    public String text() {
        StringBuilder text = new StringBuilder(
                String.format(Locale.ROOT, "%s, seed %d: %,d requests%n", BadRequestsProof.NAME, seed, requests()));
        byStatus.forEach((status, count) -> text.append(String.format(Locale.ROOT, "  %-34s %,9d%n", status, count)));
        text.append(String.format(Locale.ROOT, "  %-34s %,9d%n", "cut off, hardly HTTP", cutOff));
        text.append(String.format(Locale.ROOT, "  %-34s %,9d%n", "sent again on a new connection", again));
        text.append(String.format(Locale.ROOT, "  %-34s %,9d%n", "told to come again, and did", later));
        kept.forEach(each -> text.append("violated: ").append(each).append('\n'));
        return text.append(isGood() ? "holds: 0 violations" : "does not hold: " + violations + " violations")
                .toString();
    }
}
