package io.mailblast.validation.alerts;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.installation.ApiClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How fast a supervisor found workers that no longer worked, and how fast mails went out again.
public final class SupervisorProofResult {

    private final List<Case> cases = new ArrayList<>();
    private long twice;
    private String evidence = "";

    /// One trouble.
    ///
    /// @param reason why the worker was replaced, in the supervisor's words; empty where it was not found
    /// @param allowedSeconds until it is found, at most
    /// @param foundSeconds not a number where it was not
    /// @param sendingSeconds from the trouble to the first mail of the next worker; not a number for none
    record Case(
            String name,
            String what,
            String reason,
            double allowedSeconds,
            double foundSeconds,
            double sendingSeconds) {

        boolean isGood() {
            return foundSeconds <= allowedSeconds && Double.isFinite(sendingSeconds);
        }
    }

    void add(Case one) {
        cases.add(one);
    }

    /// @param mails that somebody got beyond his one
    void twice(long mails) {
        twice = mails;
    }

    /// @param file where the log of the installation was kept
    void evidence(String file) {
        evidence = file;
    }

    /// Whether each was found in time, and nobody got two mails.
    public boolean isGood() {
        return twice == 0 && cases.stream().allMatch(Case::isGood);
    }

    static String line(Case one) {
        String found = Double.isNaN(one.foundSeconds())
                ? "not found"
                : String.format(
                        Locale.ROOT,
                        "found after %.1f s (at most %.0f), sending again after %.1f s: %s",
                        one.foundSeconds(),
                        one.allowedSeconds(),
                        one.sendingSeconds(),
                        one.reason());
        return String.format(
                Locale.ROOT, "%-5s %-4s %s: %s", one.name(), one.isGood() ? "ok" : "BAD", one.what(), found);
    }

    /// In the form of every proof, with the times beside.
    public ObjectNode json() {
        ObjectNode json = ApiClient.JSON
                .createObjectNode()
                .put("guarantee", SupervisorProof.NAME)
                .put("seed", 0)
                .put("rounds", cases.size())
                .put("faults", cases.size());
        ArrayNode troubles = json.putArray("troubles");
        for (Case one : cases) {
            ObjectNode trouble = troubles.addObject().put("name", one.name()).put("reason", one.reason());
            if (Double.isFinite(one.foundSeconds())) {
                trouble.put("found_seconds", one.foundSeconds());
            }
            if (Double.isFinite(one.sendingSeconds())) {
                trouble.put("sending_again_seconds", one.sendingSeconds());
            }
        }
        ArrayNode violations = json.putArray("violations");
        cases.stream()
                .filter(one -> !one.isGood())
                .map(SupervisorProofResult::line)
                .forEach(violations::add);
        if (twice > 0) {
            violations.add(twice + " mails were sent twice");
        }
        json.put("verdict", isGood() ? "pass" : "fail");
        if (!evidence.isEmpty()) {
            json.put("evidence", evidence);
        }
        return json;
    }

    /// For people.
    public String text() {
        return (twice > 0 ? "violated: " + twice + " mails were sent twice\n" : "")
                + (evidence.isEmpty() ? "" : "What its processes said is kept in " + evidence + "\n")
                + (isGood() ? "holds: each was found and replaced, and nobody got two mails" : "does not hold");
    }
}
