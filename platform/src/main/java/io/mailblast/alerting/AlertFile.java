package io.mailblast.alerting;

import io.mailblast.alerting.AlertRule.Comparison;
import io.mailblast.monitoring.Signal;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/// Reads an `alerts.yaml`: `alerts`, a list of rules, and `disable`, a list of names of shipped ones that are
/// not wanted. It is read as nodes, because these know their lines; a mistake is said with the line and what is
/// allowed.
///
/// @param disabled names, with the lines where they stand
record AlertFile(String name, List<AlertRule> rules, Map<String, Integer> disabled) {

    private static final int MAX_CHARACTERS = 1 << 20;
    private static final int MAX_NAME = 100;
    private static final int MAX_SUMMARY = 300;
    private static final Duration LONGEST = Duration.ofDays(30);
    private static final Pattern RUNBOOK = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
    private static final Set<String> KEYS = Set.of(
            "name", "signal", "above", "below", "for", "keep_firing_for", "severity", "notify", "runbook", "summary");

    /// @param name of the file, for messages
    /// @param receivers whom a rule may name
    /// @throws AlertFileException naming file, line and remedy
    static AlertFile parse(String name, String text, Set<String> receivers) {
        if (text.length() > MAX_CHARACTERS) {
            throw new AlertFileException(name, "larger than " + MAX_CHARACTERS + " characters");
        }
        return new Parser(name, receivers).file(compose(name, text));
    }

    private static @Nullable Node compose(String name, String text) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(0);
        options.setNestingDepthLimit(10);
        try {
            return new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            // A key without its colon is noticed on the line after it.
            boolean keyBefore = e.getContextMark() != null && "while scanning a simple key".equals(e.getContext());
            Mark mark = keyBefore ? e.getContextMark() : e.getProblemMark();
            int line = mark == null ? 1 : mark.getLine() + 1;
            throw new AlertFileException(name, line, "not YAML: " + e.getProblem());
        } catch (YAMLException e) {
            throw new AlertFileException(name, "not YAML: " + e.getMessage());
        }
    }

    private record Parser(String name, Set<String> receivers) {

        AlertFile file(@Nullable Node root) {
            if (root == null) {
                return new AlertFile(name, List.of(), Map.of());
            }
            Map<String, Node> keys = mapping(root, Set.of("alerts", "disable"));
            List<AlertRule> rules = new ArrayList<>();
            Set<String> names = new HashSet<>();
            for (Node each : sequence(keys.get("alerts"))) {
                AlertRule rule = rule(each);
                if (!names.add(rule.name())) {
                    throw error(each, "a second alert is called '" + rule.name() + "'; names are unique");
                }
                rules.add(rule);
            }
            Map<String, Integer> disabled = new LinkedHashMap<>();
            sequence(keys.get("disable")).forEach(each -> disabled.put(text(each), line(each)));
            return new AlertFile(name, List.copyOf(rules), disabled);
        }

        private AlertRule rule(Node node) {
            Map<String, Node> keys = mapping(node, KEYS);
            Comparison comparison = comparison(node, keys);
            Node threshold = required(node, keys, comparison == Comparison.ABOVE ? "above" : "below");
            return new AlertRule(
                    line(node, keys, "name", MAX_NAME),
                    signal(required(node, keys, "signal")),
                    comparison,
                    number(threshold),
                    duration(keys.get("for"), "for"),
                    duration(keys.get("keep_firing_for"), "keep_firing_for"),
                    severity(required(node, keys, "severity")),
                    notify(keys.get("notify")),
                    runbook(required(node, keys, "runbook")),
                    line(node, keys, "summary", MAX_SUMMARY),
                    line(node));
        }

        private Comparison comparison(Node node, Map<String, Node> keys) {
            if (keys.containsKey("above") == keys.containsKey("below")) {
                throw error(node, "say either 'above' or 'below', and a number");
            }
            return keys.containsKey("above") ? Comparison.ABOVE : Comparison.BELOW;
        }

        private Signal signal(Node node) {
            String spelling = text(node);
            return Signal.of(spelling)
                    .orElseThrow(() -> error(
                            node,
                            "there is no signal '" + spelling + "'; there are "
                                    + Arrays.stream(Signal.values())
                                            .map(Signal::spelling)
                                            .sorted()
                                            .collect(Collectors.joining(", "))));
        }

        private Severity severity(Node node) {
            String spelling = text(node);
            return Arrays.stream(Severity.values())
                    .filter(each -> each.spelling().equals(spelling))
                    .findFirst()
                    .orElseThrow(() ->
                            error(node, "severity '" + spelling + "' is not known; allowed: none, warning, critical"));
        }

        private List<String> notify(@Nullable Node node) {
            List<String> names = new ArrayList<>();
            for (Node each : sequence(node)) {
                String receiver = text(each);
                if (!receivers.contains(receiver)) {
                    throw error(
                            each,
                            "there is no receiver '" + receiver + "'; there are "
                                    + String.join(", ", new TreeSet<>(receivers)));
                }
                names.add(receiver);
            }
            return names;
        }

        private String runbook(Node node) {
            String page = text(node);
            if (page.length() > MAX_NAME || !RUNBOOK.matcher(page).matches()) {
                throw error(node, "runbook '" + page + "' is no name of a page, such as high-api-latency");
            }
            return page;
        }

        private Duration duration(@Nullable Node node, String key) {
            if (node == null) {
                return Duration.ZERO;
            }
            return Durations.parse(text(node))
                    .filter(duration -> duration.compareTo(LONGEST) <= 0)
                    .orElseThrow(() -> error(
                            node,
                            key + " '" + text(node) + "' is no duration; write 30s, 5m or 1h30m, at most "
                                    + Durations.format(LONGEST)));
        }

        private double number(Node node) {
            try {
                double value = Double.parseDouble(text(node));
                if (Double.isFinite(value)) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // said below
            }
            throw error(node, "'" + text(node) + "' is no number");
        }

        private String line(Node rule, Map<String, Node> keys, String key, int most) {
            Node node = required(rule, keys, key);
            String text = text(node).strip();
            if (text.isEmpty() || text.length() > most || text.chars().anyMatch(Character::isISOControl)) {
                throw error(node, key + " must be one line of 1 to " + most + " characters");
            }
            return text;
        }

        private Node required(Node rule, Map<String, Node> keys, String key) {
            Node node = keys.get(key);
            if (node == null) {
                throw error(rule, "the alert has no '" + key + "'");
            }
            return node;
        }

        private Map<String, Node> mapping(Node node, Set<String> allowed) {
            if (!(node instanceof MappingNode mapping)) {
                throw error(node, "keys and values are expected here: " + String.join(", ", new TreeSet<>(allowed)));
            }
            Map<String, Node> keys = new LinkedHashMap<>();
            for (NodeTuple each : mapping.getValue()) {
                String key = text(each.getKeyNode());
                if (!allowed.contains(key)) {
                    throw error(
                            each.getKeyNode(),
                            "unknown key '" + key + "'; allowed: " + String.join(", ", new TreeSet<>(allowed)));
                }
                if (keys.put(key, each.getValueNode()) != null) {
                    throw error(each.getKeyNode(), "'" + key + "' stands twice");
                }
            }
            return keys;
        }

        private List<Node> sequence(@Nullable Node node) {
            if (node == null
                    || (node instanceof ScalarNode scalar && scalar.getValue().isEmpty())) {
                return List.of();
            }
            if (!(node instanceof SequenceNode list)) {
                throw error(node, "a list is expected here");
            }
            return list.getValue();
        }

        private String text(Node node) {
            if (!(node instanceof ScalarNode scalar)) {
                throw error(node, "a single value is expected here");
            }
            return scalar.getValue();
        }

        private AlertFileException error(Node node, String problem) {
            return new AlertFileException(name, line(node), problem);
        }

        private static int line(Node node) {
            return node.getStartMark().getLine() + 1;
        }
    }
}
