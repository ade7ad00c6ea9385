package io.mailblast.validation.plan;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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

/// A place in a YAML file that knows its line.
public record YamlNode(String file, Node node) {

    private static final int MAX_CHARACTERS = 1 << 20;

    /// @throws PlanException when it is no YAML, or empty
    public static YamlNode parse(String file, String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw new PlanException(file, 1, "a plan has at most " + MAX_CHARACTERS + " characters");
        }
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(0);
        options.setNestingDepthLimit(10);
        try {
            Node root = new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
            if (root == null) {
                throw new PlanException(file, 1, "the file is empty; `./mailblast validate show smoke` is an example");
            }
            return new YamlNode(file, root);
        } catch (MarkedYAMLException e) {
            // A key without its colon is noticed on the line after it.
            boolean keyBefore = e.getContextMark() != null && "while scanning a simple key".equals(e.getContext());
            Mark mark = keyBefore ? e.getContextMark() : e.getProblemMark();
            throw new PlanException(file, mark == null ? 1 : mark.getLine() + 1, "not YAML: " + e.getProblem());
        } catch (YAMLException e) {
            throw new PlanException(file, 1, "not YAML: " + e.getMessage());
        }
    }

    public int line() {
        return node.getStartMark().getLine() + 1;
    }

    public PlanException error(String problem) {
        return new PlanException(file, line(), problem);
    }

    public String text() {
        if (!(node instanceof ScalarNode scalar)) {
            throw error("a single value is expected here");
        }
        return scalar.getValue().strip();
    }

    boolean isMapping() {
        return node instanceof MappingNode;
    }

    public List<YamlNode> items() {
        if (!(node instanceof SequenceNode list)) {
            throw error("a list is expected here");
        }
        return list.getValue().stream().map(each -> new YamlNode(file, each)).toList();
    }

    /// Names with values, whatever the names are.
    Map<YamlNode, YamlNode> entries() {
        if (!(node instanceof MappingNode mapping)) {
            throw error("names with values are expected here");
        }
        Map<YamlNode, YamlNode> entries = new LinkedHashMap<>();
        List<String> seen = new ArrayList<>();
        for (NodeTuple each : mapping.getValue()) {
            YamlNode key = new YamlNode(file, each.getKeyNode());
            if (seen.contains(key.text())) {
                throw key.error("'" + key.text() + "' stands twice");
            }
            seen.add(key.text());
            entries.put(key, new YamlNode(file, each.getValueNode()));
        }
        return entries;
    }

    /// @param allowed keys; any other is a mistake
    public Keys keys(Set<String> allowed) {
        if (!(node instanceof MappingNode)) {
            throw error("keys with values are expected here: " + String.join(", ", new TreeSet<>(allowed)));
        }
        Map<String, YamlNode> keys = new LinkedHashMap<>();
        entries().forEach((key, value) -> {
            if (!allowed.contains(key.text())) {
                throw key.error("there is no key '" + key.text() + "' here; allowed: "
                        + String.join(", ", new TreeSet<>(allowed)));
            }
            keys.put(key.text(), value);
        });
        return new Keys(this, keys);
    }

    /// The keys of one place.
    public record Keys(YamlNode at, Map<String, YamlNode> values) {

        boolean has(String key) {
            return values.containsKey(key);
        }

        public Optional<YamlNode> find(String key) {
            return Optional.ofNullable(values.get(key));
        }

        public YamlNode get(String key) {
            return find(key).orElseThrow(() -> at.error("'" + key + "' is missing here"));
        }

        public String line(String key, int most) {
            YamlNode node = get(key);
            String text = node.text();
            if (text.isEmpty() || text.length() > most || text.chars().anyMatch(Character::isISOControl)) {
                throw node.error(key + " must be one line of 1 to " + most + " characters");
            }
            return text;
        }

        /// A list, or one value that stands for a list of one; nothing where the key is absent.
        List<YamlNode> list(String key) {
            return find(key)
                    .map(each -> each.node() instanceof ScalarNode ? List.of(each) : each.items())
                    .orElse(List.of());
        }
    }
}
