package io.mailblast.validation.checklist;

import io.mailblast.validation.Bundled;
import io.mailblast.validation.plan.YamlNode;
import java.util.List;
import java.util.Set;

/// One line of the success criteria.
///
/// @param text as the criteria have it
/// @param fullLength whether it names a duration, so that nothing shown in less time proves it
record Box(String section, String text, boolean fullLength, List<Requirement> requirements) {

    private static final String FILE = "checklist.yaml";
    private static final int MOST_CHARACTERS = 200;

    Box {
        requirements = List.copyOf(requirements);
    }

    /// All that there are, in their order.
    static List<Box> all() {
        return parse(FILE, Bundled.text(Box.class, FILE));
    }

    /// @throws io.mailblast.validation.plan.PlanException naming the line
    static List<Box> parse(String file, String text) {
        return YamlNode.parse(file, text).items().stream().map(Box::of).toList();
    }

    private static Box of(YamlNode node) {
        YamlNode.Keys keys = node.keys(Set.of("section", "text", "full_length", "proven_by"));
        return new Box(
                keys.line("section", MOST_CHARACTERS),
                keys.line("text", MOST_CHARACTERS),
                keys.find("full_length").map(YamlNode::text).orElse("false").equals("true"),
                keys.get("proven_by").items().stream().map(Box::requirement).toList());
    }

    private static Requirement requirement(YamlNode node) {
        try {
            return Requirement.parse(node.text());
        } catch (IllegalArgumentException e) {
            throw node.error(String.valueOf(e.getMessage()));
        }
    }
}
