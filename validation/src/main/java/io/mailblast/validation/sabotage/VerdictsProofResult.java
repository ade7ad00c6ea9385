package io.mailblast.validation.sabotage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.installation.ApiClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Which rows turned red for which trouble.
public final class VerdictsProofResult {

    private final long seed;
    private final List<Case> cases = new ArrayList<>();

    VerdictsProofResult(long seed) {
        this.seed = seed;
    }

    /// One trouble.
    ///
    /// @param expected ids of the KPIs that had to fail
    /// @param red those that did
    /// @param details of both, with their values
    record Case(String name, String what, Set<String> expected, Set<String> red, String details) {

        boolean isGood() {
            return expected.equals(red);
        }
    }

    void add(Case one) {
        cases.add(one);
    }

    /// Whether each turned red what it had to, and nothing else.
    public boolean isGood() {
        return cases.stream().allMatch(Case::isGood);
    }

    static String line(Case one) {
        return String.format(
                Locale.ROOT,
                "%-15s %-4s %s: red %s%s%s",
                one.name(),
                one.isGood() ? "ok" : "BAD",
                one.what(),
                one.red().isEmpty() ? "nothing" : String.join(", ", one.red()),
                one.isGood()
                        ? ""
                        : ", expected " + (one.expected().isEmpty() ? "nothing" : String.join(", ", one.expected())),
                one.details().isEmpty() ? "" : "; " + one.details());
    }

    /// In the form of every proof, with the rows beside.
    public ObjectNode json() {
        ObjectNode json = ApiClient.JSON
                .createObjectNode()
                .put("guarantee", VerdictsProof.NAME)
                .put("seed", seed)
                .put("rounds", cases.size())
                .put(
                        "faults",
                        cases.stream().filter(one -> !one.expected().isEmpty()).count());
        ArrayNode troubles = json.putArray("sabotages");
        for (Case one : cases) {
            ObjectNode trouble = troubles.addObject().put("name", one.name()).put("details", one.details());
            ArrayNode red = trouble.putArray("red");
            one.red().forEach(red::add);
            ArrayNode expected = trouble.putArray("expected");
            one.expected().forEach(expected::add);
        }
        ArrayNode violations = json.putArray("violations");
        cases.stream()
                .filter(one -> !one.isGood())
                .map(VerdictsProofResult::line)
                .forEach(violations::add);
        return json.put("verdict", isGood() ? "pass" : "fail");
    }

    /// For people.
    public String text() {
        return isGood()
                ? "holds: each trouble turned red what it is about, and nothing else"
                : "does not hold: a verdict was wrong";
    }
}
