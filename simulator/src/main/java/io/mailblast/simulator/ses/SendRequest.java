package io.mailblast.simulator.ses;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.simulator.mail.Addresses;
import io.mailblast.simulator.mail.Composition;
import io.mailblast.simulator.mail.MailHeaders;
import io.mailblast.simulator.record.Channel;
import io.mailblast.simulator.record.Submission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The body of SendEmail and of SendBulkEmail (SES API v2 reference), read strictly.
final class SendRequest {

    /// Limits of the API reference and of "Service quotas in Amazon SES".
    private static final int MAX_RECIPIENTS = 50;

    private static final int MAX_BULK_ENTRIES = 50;
    private static final int MAX_HEADERS = 15;
    private static final int MAX_TAGS = 50;
    private static final int MAX_CONTENT_BYTES = 40 << 20;
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_.@-]{1,256}");
    private static final Pattern HEADER_NAME = Pattern.compile("[!-9;-~]{1,126}");
    private static final Pattern HEADER_VALUE = Pattern.compile("[ -~]{1,870}");

    /// One entry of a bulk request: a mail, or why it is none.
    sealed interface Entry {
        record Ready(Submission mail) implements Entry {}

        record Failed(String error) implements Entry {}
    }

    /// Who gets a mail.
    private record Destination(List<String> to, List<String> cc, List<String> all) {}

    private SendRequest() {}

    /// @throws SesException if this is no request of this action
    static Submission single(byte[] body, Instant now) {
        Fields request = Fields.of(body);
        Fields content = request.requiredObject("Content");
        Map<String, String> tags = tags(request, "EmailTags");
        Optional<Fields> raw = content.object("Raw");
        if (raw.isPresent()) {
            return raw(request, raw.get(), tags);
        }
        Destination destination = destination(request.requiredObject("Destination"));
        Optional<Fields> simple = content.object("Simple");
        if (simple.isPresent()) {
            Fields parts = simple.get().requiredObject("Body");
            Template mail = new Template(
                    simple.get().requiredObject("Subject").text("Data").orElse(""),
                    parts.object("Text").map(text -> text.text("Data").orElse("")),
                    parts.object("Html").map(html -> html.text("Data").orElse("")));
            if (mail.text().isEmpty() && mail.html().isEmpty()) {
                throw SesError.BAD_REQUEST.because("Content.Simple.Body needs Text or Html.");
            }
            return composed(request, destination, mail, headers(simple.get(), "Headers"), tags, now);
        }
        Fields template = content.object("Template")
                .orElseThrow(() -> SesError.BAD_REQUEST.because("Content needs Simple, Raw or Template."));
        try {
            Template mail = template(template)
                    .render(
                            data(template, "TemplateData"),
                            Fields.of("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                                    .node());
            return composed(request, destination, mail, headers(template, "Headers"), tags, now);
        } catch (Template.MissingValue e) {
            throw SesError.BAD_REQUEST.because(message(e));
        }
    }

    /// @throws SesException if this is no request of this action
    static List<Entry> bulk(byte[] body, Instant now) {
        Fields request = Fields.of(body);
        Fields common = request.requiredObject("DefaultContent").requiredObject("Template");
        Template template = template(common);
        JsonNode defaults = data(common, "TemplateData");
        List<MailHeaders.Field> commonHeaders = headers(common, "Headers");
        Map<String, String> commonTags = tags(request, "DefaultEmailTags");
        List<Fields> wanted = request.objects("BulkEmailEntries");
        if (wanted.isEmpty() || wanted.size() > MAX_BULK_ENTRIES) {
            throw SesError.BAD_REQUEST.because(
                    "BulkEmailEntries must have 1 to " + MAX_BULK_ENTRIES + " entries, not " + wanted.size() + ".");
        }
        String sender = sender(request);
        List<Entry> entries = new ArrayList<>(wanted.size());
        for (Fields entry : wanted) {
            Map<String, String> tags = new LinkedHashMap<>(commonTags);
            tags.putAll(tags(entry, "ReplacementTags"));
            List<MailHeaders.Field> headers = replaced(commonHeaders, headers(entry, "ReplacementHeaders"));
            Optional<Fields> replacement =
                    entry.object("ReplacementEmailContent").flatMap(content -> content.object("ReplacementTemplate"));
            JsonNode data = replacement.isPresent() ? data(replacement.get(), "ReplacementTemplateData") : defaults;
            Fields to = entry.requiredObject("Destination");
            try {
                // An address that is none fails its own entry, not its neighbours'.
                Destination destination = destination(to);
                Template mail = template.render(data, defaults);
                entries.add(new Entry.Ready(composed(sender, request, destination, mail, headers, tags, now)));
            } catch (Template.MissingValue | SesException e) {
                entries.add(new Entry.Failed(message(e)));
            }
        }
        return entries;
    }

    private static String message(Exception e) {
        return String.valueOf(e.getMessage());
    }

    private static Submission raw(Fields request, Fields raw, Map<String, String> tags) {
        byte[] content;
        try {
            content = Base64.getDecoder().decode(raw.requiredText("Data"));
        } catch (IllegalArgumentException e) {
            throw SesError.BAD_REQUEST.because("Content.Raw.Data is not base64.");
        }
        limited(content);
        MailHeaders headers = MailHeaders.scan(content);
        Optional<Fields> named = request.object("Destination");
        List<String> recipients = named.isPresent() ? destination(named.get()).all() : headers.recipients();
        if (recipients.isEmpty()) {
            recipients = headers.recipients();
        }
        if (recipients.isEmpty()) {
            throw SesError.BAD_REQUEST.because("The mail has no recipient.");
        }
        counted(recipients);
        String from = request.text("FromEmailAddress")
                .or(() -> headers.first("From").map(MailHeaders::decoded))
                .orElseThrow(() -> SesError.BAD_REQUEST.because("The mail has no sender."));
        checkedSender(from);
        Map<String, String> all = new LinkedHashMap<>(headers.tags());
        all.putAll(tags);
        return new Submission(Channel.SES, from, recipients, headers.subject(), all, content);
    }

    private static Submission composed(
            Fields request,
            Destination destination,
            Template mail,
            List<MailHeaders.Field> headers,
            Map<String, String> tags,
            Instant now) {
        return composed(sender(request), request, destination, mail, headers, tags, now);
    }

    private static Submission composed(
            String sender,
            Fields request,
            Destination destination,
            Template mail,
            List<MailHeaders.Field> headers,
            Map<String, String> tags,
            Instant now) {
        if (destination.all().isEmpty()) {
            throw SesError.BAD_REQUEST.because("Destination has no address.");
        }
        List<String> replyTo = request.texts("ReplyToAddresses");
        replyTo.forEach(SendRequest::checkedAddress);
        byte[] content = new Composition(
                        sender,
                        destination.to(),
                        destination.cc(),
                        replyTo,
                        mail.subject(),
                        mail.text(),
                        mail.html(),
                        headers)
                .toBytes(now);
        limited(content);
        return new Submission(Channel.SES, sender, destination.all(), mail.subject(), tags, content);
    }

    private static void limited(byte[] content) {
        if (content.length > MAX_CONTENT_BYTES) {
            throw SesError.MESSAGE_REJECTED.because(
                    "Message length is more than " + MAX_CONTENT_BYTES + " bytes long: '" + content.length + "'.");
        }
    }

    private static String sender(Fields request) {
        String sender = request.requiredText("FromEmailAddress");
        checkedSender(sender);
        return sender;
    }

    private static void checkedSender(String sender) {
        if (Addresses.bare(sender).isEmpty()) {
            throw SesError.BAD_REQUEST.because("The sender is not an email address.");
        }
    }

    private static Destination destination(Fields fields) {
        List<String> to = fields.texts("ToAddresses");
        List<String> cc = fields.texts("CcAddresses");
        Set<String> all = new LinkedHashSet<>();
        for (String name : List.of("ToAddresses", "CcAddresses", "BccAddresses")) {
            fields.texts(name).forEach(address -> all.add(checkedAddress(address)));
        }
        counted(all);
        return new Destination(to, cc, List.copyOf(all));
    }

    private static void counted(java.util.Collection<String> recipients) {
        if (recipients.size() > MAX_RECIPIENTS) {
            throw SesError.MESSAGE_REJECTED.because("Recipient count exceeds " + MAX_RECIPIENTS + ".");
        }
    }

    private static String checkedAddress(String written) {
        return Addresses.bare(written)
                .orElseThrow(() -> SesError.BAD_REQUEST.because(
                        written.indexOf('@') < 0 ? "Missing final '@domain'" : "Illegal address"));
    }

    private static Map<String, String> tags(Fields fields, String name) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (Fields tag : fields.objects(name)) {
            String key = tag.requiredText("Name");
            String value = tag.requiredText("Value");
            if (!TAG.matcher(key).matches() || !TAG.matcher(value).matches()) {
                throw SesError.BAD_REQUEST.because("Invalid tag: only 1 to 256 alphanumeric ASCII characters, '_', '-',"
                        + " '.', '@' are allowed in its name and value.");
            }
            tags.put(key, value);
        }
        if (tags.size() > MAX_TAGS) {
            throw SesError.BAD_REQUEST.because("More than " + MAX_TAGS + " tags.");
        }
        return tags;
    }

    private static List<MailHeaders.Field> headers(Fields fields, String name) {
        List<MailHeaders.Field> headers = new ArrayList<>();
        for (Fields header : fields.objects(name)) {
            String key = header.requiredText("Name");
            String value = header.requiredText("Value");
            if (!HEADER_NAME.matcher(key).matches()
                    || !HEADER_VALUE.matcher(value).matches()) {
                throw SesError.BAD_REQUEST.because("Invalid header: its name has 1 to 126 printable ASCII characters"
                        + " without ':', its value 1 to 870.");
            }
            headers.add(new MailHeaders.Field(key, value));
        }
        if (headers.size() > MAX_HEADERS) {
            throw SesError.BAD_REQUEST.because("More than " + MAX_HEADERS + " headers.");
        }
        return headers;
    }

    /// A replacement takes the place of the header of its name.
    private static List<MailHeaders.Field> replaced(
            List<MailHeaders.Field> common, List<MailHeaders.Field> replacements) {
        List<MailHeaders.Field> headers = new ArrayList<>();
        for (MailHeaders.Field field : common) {
            if (replacements.stream().noneMatch(it -> it.name().equalsIgnoreCase(field.name()))) {
                headers.add(field);
            }
        }
        headers.addAll(replacements);
        return headers;
    }

    /// Templates come with their content; there is no store of named ones.
    private static Template template(Fields fields) {
        Optional<Fields> content = fields.object("TemplateContent");
        if (content.isPresent()) {
            return Template.of(content.get());
        }
        String name =
                fields.text("TemplateName").or(() -> fields.text("TemplateArn")).orElse("");
        if (name.isEmpty()) {
            throw SesError.BAD_REQUEST.because("A template needs TemplateContent, TemplateName or TemplateArn.");
        }
        throw SesError.NOT_FOUND.because("Template " + name + " does not exist.");
    }

    private static JsonNode data(Fields fields, String name) {
        String data = fields.text(name).orElse("{}");
        try {
            return Fields.of(data.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                    .node();
        } catch (SesException e) {
            throw SesError.BAD_REQUEST.because(name + " must be a JSON object.");
        }
    }
}
