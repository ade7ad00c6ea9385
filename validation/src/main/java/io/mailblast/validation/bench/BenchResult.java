package io.mailblast.validation.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.observe.Machine;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a benchmark came to. Filled while it runs; its JSON is the contract's, with more beside.
final class BenchResult {

    private static final MathContext DIGITS = new MathContext(6);

    private final String benchmark;
    private final Machine machine;
    private final Map<String, String> versions = new LinkedHashMap<>();
    private final Map<String, String> configuration = new LinkedHashMap<>();
    private final List<Figure> figures = new ArrayList<>();
    private final List<String> notMeasured = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    BenchResult(String benchmark, Machine machine) {
        this.benchmark = benchmark;
        this.machine = machine;
        if (machine.isBusy()) {
            note(String.format(
                    java.util.Locale.ROOT,
                    "The machine was busy when this began (load average %.1f on %d cores): figures and ceilings are"
                            + " lower than what it can do, and their ratios less certain.",
                    machine.loadAverage(),
                    machine.cores()));
        }
    }

    void version(String of, String version) {
        versions.put(of, version);
    }

    void configured(String key, String value) {
        configuration.put(key, value);
    }

    void add(Figure figure) {
        figures.add(figure);
    }

    /// @param what a sentence
    void notMeasured(String what) {
        notMeasured.add(what);
    }

    void note(String sentence) {
        if (!notes.contains(sentence)) {
            notes.add(sentence);
        }
    }

    /// What was measured was not the work that it should have been: the figures count for nothing.
    void failed(String sentence) {
        failures.add(sentence);
    }

    String benchmark() {
        return benchmark;
    }

    Machine machine() {
        return machine;
    }

    Map<String, String> versions() {
        return versions;
    }

    Map<String, String> configuration() {
        return configuration;
    }

    List<Figure> figures() {
        return figures;
    }

    List<String> notMeasured() {
        return notMeasured;
    }

    List<String> notes() {
        return notes;
    }

    List<String> failures() {
        return failures;
    }

    /// Whether it measured what it should have, and every figure with a limit keeps it.
    boolean isGood() {
        return failures.isEmpty() && figures.stream().allMatch(Figure::isWithinItsLimit);
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("benchmark", benchmark);
        ObjectNode on = json.putObject("machine");
        on.put("cores", machine.cores());
        on.put("memory_mb", machine.memoryMb());
        on.put("cpu", machine.cpu());
        on.put("jdk", machine.jdk());
        on.put("kernel", machine.kernel());
        put(on, "load_average", machine.loadAverage());
        ObjectNode of = json.putObject("versions");
        versions.forEach(of::put);
        ObjectNode with = json.putObject("configuration");
        configuration.forEach(with::put);
        var list = json.putArray("figures");
        for (Figure figure : figures) {
            ObjectNode entry = list.addObject();
            entry.put("name", figure.name());
            put(entry, "value", figure.value());
            entry.put("unit", figure.unit());
            var ceilings = entry.putArray("ceilings");
            for (Figure.Ceiling ceiling : figure.ceilings()) {
                ObjectNode above = ceilings.addObject();
                above.put("name", ceiling.name());
                put(above, "value", ceiling.spread().value());
                put(above, "ratio", ceiling.ratio(figure));
                spread(above, ceiling.spread());
            }
            spread(entry, figure.spread());
            figure.atMost().ifPresent(limit -> {
                put(entry, "at_most", limit);
                entry.put("kept", figure.isWithinItsLimit());
            });
            if (!figure.note().isEmpty()) {
                entry.put("note", figure.note());
            }
        }
        notMeasured.forEach(json.putArray("not_measured")::add);
        notes.forEach(json.putArray("notes")::add);
        failures.forEach(json.putArray("failures")::add);
        return json;
    }

    private static void spread(ObjectNode entry, Spread spread) {
        put(entry, "min", spread.min());
        put(entry, "max", spread.max());
        entry.put("repeats", spread.count());
    }

    /// Six digits: more than any of it is worth.
    private static void put(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, new BigDecimal(value).round(DIGITS).doubleValue());
        } else {
            node.putNull(name);
        }
    }
}
