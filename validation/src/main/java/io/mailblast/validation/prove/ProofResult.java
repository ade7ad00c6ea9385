package io.mailblast.validation.prove;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What a proof came to.
final class ProofResult {

    private final String guarantee;
    private final long seed;
    private final Map<Fault.Kind, Integer> faults = new EnumMap<>(Fault.Kind.class);
    private final Map<String, Long> figures = new LinkedHashMap<>();
    private final List<Violation> violations = new ArrayList<>();
    private int rounds;
    private String evidence = "";

    ProofResult(String guarantee, long seed) {
        this.guarantee = guarantee;
        this.seed = seed;
    }

    void round(List<Fault> inflicted) {
        rounds++;
        inflicted.forEach(fault -> faults.merge(fault.kind(), 1, Integer::sum));
    }

    void count(String name, long more) {
        figures.merge(name, more, Long::sum);
    }

    void violated(List<Violation> more) {
        violations.addAll(more);
    }

    /// @param folder where everything of the installation was kept
    void evidence(String folder) {
        evidence = folder;
    }

    boolean isGood() {
        return violations.isEmpty();
    }

    int rounds() {
        return rounds;
    }

    long figure(String name) {
        return figures.getOrDefault(name, 0L);
    }

    ObjectNode json() {
        ObjectNode json = Caller.JSON
                .createObjectNode()
                .put("guarantee", guarantee)
                .put("seed", seed)
                .put("rounds", rounds)
                .put("faults", total());
        ObjectNode kinds = json.putObject("faults_by_kind");
        faults.forEach((kind, count) -> kinds.put(kind.name().toLowerCase(Locale.ROOT), count));
        ObjectNode numbers = json.putObject("figures");
        figures.forEach(numbers::put);
        ArrayNode list = json.putArray("violations");
        for (Violation violation : violations) {
            list.addObject()
                    .put("round", violation.round())
                    .put("campaign", violation.campaign())
                    .put("kind", violation.kind().spelling())
                    .put("what", violation.what());
        }
        json.put("verdict", isGood() ? "pass" : "fail");
        if (!evidence.isEmpty()) {
            json.put("evidence", evidence);
        }
        return json;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(Locale.ROOT, "%s, seed %d: %,d rounds, %,d faults%n", guarantee, seed, rounds, total()));
        faults.forEach((kind, count) -> text.append(
                String.format(Locale.ROOT, "  %-34s %,9d%n", kind.name().toLowerCase(Locale.ROOT), count)));
        figures.forEach((name, value) ->
                text.append(String.format(Locale.ROOT, "  %-34s %,9d%n", name.replace('_', ' '), value)));
        violations.forEach(
                violation -> text.append("violated: ").append(violation).append('\n'));
        if (!evidence.isEmpty()) {
            text.append("Everything that was there is kept in ")
                    .append(evidence)
                    .append('\n');
        }
        text.append(
                isGood()
                        ? "holds: 0 violations"
                        : "does not hold: " + violations.size()
                                + (violations.size() == 1 ? " violation" : " violations"));
        return text.toString();
    }

    private int total() {
        return faults.values().stream().mapToInt(Integer::intValue).sum();
    }
}
