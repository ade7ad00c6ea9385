package io.mailblast.simulator.ses;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The part of SES's templates that needs no helpers: `{{name}}`, `{{{name}}}` and dotted paths. As with
/// Amazon, values are not escaped for HTML, and one that is missing fails the rendering.
record Template(String subject, Optional<String> text, Optional<String> html) {

    private static final Pattern VARIABLE =
            Pattern.compile("\\{\\{\\{\\s*([A-Za-z0-9_.@-]+)\\s*}}}|\\{\\{\\s*([A-Za-z0-9_.@-]+)\\s*}}");

    /// A rendering that cannot be finished.
    static final class MissingValue extends Exception {
        MissingValue(String name) {
            super("Attribute '" + name + "' is not present in the rendering data.", null, false, false);
        }
    }

    static Template of(Fields content) {
        Template template =
                new Template(content.text("Subject").orElse(""), content.text("Text"), content.text("Html"));
        if (template.text.isEmpty() && template.html.isEmpty()) {
            throw SesError.BAD_REQUEST.because("A template needs a Text or an Html part.");
        }
        return template;
    }

    Template render(JsonNode data, JsonNode defaults) throws MissingValue {
        Optional<String> renderedText = text.isPresent() ? Optional.of(render(text.get(), data, defaults)) : text;
        Optional<String> renderedHtml = html.isPresent() ? Optional.of(render(html.get(), data, defaults)) : html;
        return new Template(render(subject, data, defaults), renderedText, renderedHtml);
    }

    private static String render(String template, JsonNode data, JsonNode defaults) throws MissingValue {
        if (template.indexOf("{{") < 0) {
            return template;
        }
        Matcher variable = VARIABLE.matcher(template);
        StringBuilder rendered = new StringBuilder(template.length() + 256);
        int end = 0;
        while (variable.find()) {
            String name = variable.group(1) != null ? variable.group(1) : variable.group(2);
            rendered.append(template, end, variable.start()).append(value(name, data, defaults));
            end = variable.end();
        }
        return rendered.append(template, end, template.length()).toString();
    }

    private static String value(String name, JsonNode data, JsonNode defaults) throws MissingValue {
        JsonNode value = find(name, data);
        if (value.isMissingNode() || value.isNull()) {
            value = find(name, defaults);
        }
        if (value.isMissingNode() || value.isNull()) {
            throw new MissingValue(name);
        }
        return value.isValueNode() ? value.asText() : value.toString();
    }

    private static JsonNode find(String name, JsonNode data) {
        JsonNode value = data.path(name);
        if (!value.isMissingNode() || name.indexOf('.') < 0) {
            return value;
        }
        JsonNode node = data;
        for (String step : name.split("\\.", -1)) {
            node = node.path(step);
        }
        return node;
    }
}
