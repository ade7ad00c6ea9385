package io.mailblast.validation.checklist;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.checklist.Finding.Outcome;
import io.mailblast.validation.checklist.Ticked.Verdict;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.report.Page;
import io.mailblast.validation.report.ReportFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// All boxes, as people and programs read them.
///
/// @param at when it was looked at
record Checklist(List<Ticked> boxes, Instant at) {

    Checklist {
        boxes = List.copyOf(boxes);
    }

    boolean isGood() {
        return boxes.stream().allMatch(box -> box.verdict() == Verdict.PASS);
    }

    /// Writes it as HTML, Markdown and JSON.
    ///
    /// @return the page for people
    Path write(ReportFolder folder) {
        return folder.write(ReportFolder.named("checklist", at), to -> {
            Path _ = Files.writeString(to.resolve("report.html"), html());
            Path _ = Files.writeString(to.resolve("report.md"), markdown());
            Path _ = Files.writeString(to.resolve("checklist.json"), json().toPrettyString() + "\n");
        });
    }

    /// For a terminal: a box a line, what is missing below it, and what to run.
    String text() {
        StringBuilder text = new StringBuilder();
        String section = "";
        for (Ticked each : boxes) {
            if (!each.box().section().equals(section)) {
                section = each.box().section();
                text.append('\n').append(section).append('\n');
            }
            text.append(String.format(
                    Locale.ROOT,
                    "  %s %-52s %s%n",
                    mark(each.verdict()),
                    each.box().text(),
                    circumstances(each)));
            each.proofs().stream()
                    .filter(proof -> proof.outcome() != Outcome.PASS)
                    .forEach(
                            proof -> text.append("        ").append(line(proof)).append('\n'));
        }
        Set<String> todo = todo();
        if (!todo.isEmpty()) {
            text.append("\nTo prove what is unproven, run:\n");
            todo.forEach(each -> text.append("  ").append(each).append('\n'));
        }
        return text.append('\n').append(summary()).toString();
    }

    private static String mark(Verdict verdict) {
        return switch (verdict) {
            case PASS -> "[x]";
            case FAIL -> "[!]";
            case UNPROVEN -> "[ ]";
        };
    }

    private static String circumstances(Ticked ticked) {
        if (ticked.verdict() == Verdict.UNPROVEN) {
            return "unproven";
        }
        String age = ticked.ageSeconds().isPresent()
                ? age(Duration.ofSeconds(ticked.ageSeconds().getAsLong()))
                : "";
        boolean shortened = ticked.timeScale().isPresent() && ticked.timeScale().getAsDouble() < 1;
        return (ticked.verdict() == Verdict.FAIL ? "does not hold; " : "") + "evidence up to " + age + " old"
                + (shortened
                        ? String.format(
                                Locale.ROOT,
                                ", at time scale %s",
                                ticked.timeScale().getAsDouble())
                        : "");
    }

    private static String line(Ticked.Proof proof) {
        String state = proof.outcome() == Outcome.FAIL ? "does not hold" : "unproven";
        return proof.requirement() + ": " + state + ", "
                + proof.inLessTime()
                        .map(less -> String.format(
                                Locale.ROOT,
                                "shown only at time scale %s or too long ago: %s",
                                less.timeScale(),
                                proof.detail()))
                        .orElse(proof.detail());
    }

    static String age(Duration age) {
        long minutes = age.toMinutes();
        if (minutes < 120) {
            return minutes + " min";
        }
        return minutes < 48 * 60 ? minutes / 60 + " h" : minutes / (24 * 60) + " days";
    }

    /// What to run for what is unproven, each once.
    private Set<String> todo() {
        return boxes.stream()
                .flatMap(box -> box.proofs().stream()
                        .filter(proof -> proof.outcome() == Outcome.NOTHING)
                        .map(proof -> proof.requirement()
                                        .source()
                                        .command(proof.requirement().name())
                                + (box.box().fullLength() ? " (in full length)" : "")))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    String summary() {
        return String.format(
                Locale.ROOT,
                "%d of %d boxes are ticked, %d do not hold, %d are unproven.",
                count(Verdict.PASS),
                boxes.size(),
                count(Verdict.FAIL),
                count(Verdict.UNPROVEN));
    }

    private long count(Verdict verdict) {
        return boxes.stream().filter(each -> each.verdict() == verdict).count();
    }

    ObjectNode json() {
        ObjectNode json = ApiClient.JSON.createObjectNode().put("verdict", isGood() ? "pass" : "fail");
        json.put("at", at.toString());
        ArrayNode list = json.putArray("boxes");
        for (Ticked each : boxes) {
            ObjectNode box = list.addObject()
                    .put("section", each.box().section())
                    .put("text", each.box().text())
                    .put("verdict", each.verdict().name().toLowerCase(Locale.ROOT));
            ArrayNode evidence = box.putArray("evidence");
            each.proofs().forEach(proof -> evidence.add(json(each, proof)));
            each.ageSeconds()
                    .ifPresentOrElse(seconds -> box.put("age_seconds", seconds), () -> box.putNull("age_seconds"));
            each.timeScale().ifPresentOrElse(scale -> box.put("time_scale", scale), () -> box.putNull("time_scale"));
        }
        return json;
    }

    private static ObjectNode json(Ticked ticked, Ticked.Proof proof) {
        ObjectNode json = ApiClient.JSON
                .createObjectNode()
                .put("check", proof.requirement().toString())
                .put("verdict", proof.outcome().name().toLowerCase(Locale.ROOT).replace("nothing", "unproven"))
                .put("detail", proof.detail());
        proof.finding()
                .or(proof::inLessTime)
                .ifPresent(finding -> json.put("at", finding.at().toString())
                        .put("age_seconds", ticked.age(finding).toSeconds())
                        .put("time_scale", finding.timeScale())
                        .put("report", finding.page().toString()));
        return json;
    }

    String markdown() {
        StringBuilder text =
                new StringBuilder("# Success criteria\n\n").append(summary()).append('\n');
        String section = "";
        for (Ticked each : boxes) {
            if (!each.box().section().equals(section)) {
                section = each.box().section();
                text.append("\n## ").append(section).append("\n\n");
            }
            text.append(each.verdict() == Verdict.PASS ? "- [x] " : "- [ ] ")
                    .append(each.box().text())
                    .append(" (")
                    .append(circumstances(each))
                    .append(")\n");
            each.proofs()
                    .forEach(proof -> text.append("  - ").append(words(proof)).append('\n'));
        }
        return text.toString();
    }

    private static String words(Ticked.Proof proof) {
        return proof.outcome() == Outcome.PASS ? proof.requirement() + ": " + proof.detail() : line(proof);
    }

    private String html() {
        StringBuilder body = new StringBuilder("<h1>Success criteria <span class=\"verdict ")
                .append(isGood() ? "pass\">pass" : "fail\">not all hold")
                .append("</span></h1><p class=\"summary\">")
                .append(Page.escape(summary()))
                .append("</p>");
        String section = "";
        for (Ticked each : boxes) {
            if (!each.box().section().equals(section)) {
                body.append(section.isEmpty() ? "" : "</tbody></table></div>");
                section = each.box().section();
                body.append("<h2>")
                        .append(Page.escape(section))
                        .append("</h2><div class=\"wide\"><table><thead><tr><th>Criterion</th><th>Verdict</th>"
                                + "<th>Evidence</th></tr></thead><tbody>");
            }
            body.append(row(each));
        }
        return Page.of("Success criteria", body.append("</tbody></table></div>").toString());
    }

    private static String row(Ticked ticked) {
        String state = ticked.verdict().name().toLowerCase(Locale.ROOT);
        return "<tr><td>" + Page.escape(ticked.box().text()) + "</td><td><span class=\""
                + (ticked.verdict() == Verdict.UNPROVEN ? "not_measured" : state) + "\">" + state + "</span></td><td>"
                + ticked.proofs().stream()
                        .map(proof -> "<p>" + link(proof) + " <span class=\"words\">" + Page.escape(when(ticked, proof))
                                + "</span></p>")
                        .collect(Collectors.joining())
                + "</td></tr>";
    }

    private static String when(Ticked ticked, Ticked.Proof proof) {
        return words(proof).substring(proof.requirement().toString().length() + 2)
                + proof.finding()
                        .or(proof::inLessTime)
                        .map(finding -> "; " + age(ticked.age(finding)) + " ago, time scale " + finding.timeScale())
                        .orElse("");
    }

    private static String link(Ticked.Proof proof) {
        String name = Page.escape(proof.requirement().toString());
        return proof.finding()
                .or(proof::inLessTime)
                .map(finding ->
                        "<a href=\"" + Page.escape(finding.page().toUri().toString()) + "\">" + name + "</a>")
                .orElse(name);
    }
}
