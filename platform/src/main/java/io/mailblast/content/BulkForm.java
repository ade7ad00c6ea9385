package io.mailblast.content;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A campaign's content as a template of the provider's, for those that take many mails in one request: literal text
/// with variables `{{{v0}}}`, `{{{v1}}}`, …, for which each recipient has values that are escaped already. Text that
/// needs the engine of ours is one variable as a whole.
///
/// @param from name and address of the sender, encoded (RFC 2047)
/// @param subject the template of the subject
/// @param text the template of the plain text
/// @param html the template of the HTML
public record BulkForm(String from, String subject, String text, String html) {

    /// Less than the 262,144 characters that SES takes for a recipient's values as JSON (API v2 Reference,
    /// "ReplacementTemplate"): quotes and line ends take two each there. Larger mails go one by one.
    static final int LARGEST = 120_000;

    /// What one recipient has for itself.
    ///
    /// @param values of every variable
    /// @param headers List-Unsubscribe (RFC 2369) and List-Unsubscribe-Post (RFC 8058)
    /// @param trackingId names this message in links and in the provider's tag
    public record Values(Map<String, String> values, Map<String, String> headers, String trackingId) {}

    /// One text: its template and what makes its values.
    record Part(String prefix, TemplateEngine.Compiled compiled, String template) {

        static Part of(String prefix, TemplateEngine.Compiled compiled) {
            // A header is cleaned as a whole.
            if (compiled.pieces().isEmpty() || compiled.kind() == TemplateEngine.Kind.HEADER) {
                return new Part(prefix, compiled, variable(prefix, 0));
            }
            StringBuilder template = new StringBuilder();
            int slots = 0;
            for (TemplatePieces.Piece piece : compiled.pieces().get()) {
                template.append(
                        switch (piece) {
                            case TemplatePieces.Literal literal -> literal.text();
                            case TemplatePieces.Slot _ -> variable(prefix, slots++);
                        });
            }
            return new Part(prefix, compiled, template.toString());
        }

        /// @return how many characters were put
        int put(Map<String, ?> from, Map<String, String> into) {
            if (template.equals(variable(prefix, 0))) {
                return put(prefix + 0, compiled.render(from), into);
            }
            int slots = 0;
            int characters = 0;
            for (TemplatePieces.Piece piece : compiled.pieces().orElseThrow()) {
                if (piece instanceof TemplatePieces.Slot slot) {
                    characters += put(prefix + slots++, slot.value(from, compiled.escaping()), into);
                }
            }
            return characters;
        }

        /// NUL is no character of a mail (RFC 5322, 4.1); where it stands in a value its request would be refused.
        private static int put(String name, String value, Map<String, String> into) {
            into.put(name, value.replace('\0', ' '));
            return value.length();
        }

        private static String variable(String prefix, int number) {
            return "{{{" + prefix + number + "}}}";
        }
    }

    static BulkForm of(Newsletter.Sender sender, List<Part> parts) {
        return new BulkForm(
                MimeForm.author(sender),
                parts.get(0).template(),
                parts.get(1).template(),
                parts.get(2).template());
    }

    static Values values(List<Part> parts, Map<String, ?> from, MessageLinks own) {
        Map<String, String> values = new HashMap<>();
        int size = 0;
        for (Part part : parts) {
            size += part.put(from, values);
        }
        if (size > LARGEST) {
            throw new TemplateException(
                    0, 0, "the values have " + size + " characters, more than the " + LARGEST + " of a bulk request");
        }
        return new Values(
                values,
                Map.of(
                        "List-Unsubscribe",
                        "<" + own.unsubscribe() + ">",
                        "List-Unsubscribe-Post",
                        "List-Unsubscribe=One-Click"),
                own.trackingId());
    }
}
