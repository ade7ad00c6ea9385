package io.mailblast.simulator.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The line of the record that stands for one accepted mail, a JSON object. Its number is its place in the file.
final class RecordLine {

    private static final JsonFactory JSON = new JsonFactory();

    private RecordLine() {}

    static byte[] write(AcceptedMail mail) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(384);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("message_id", mail.messageId());
            json.writeStringField("accepted_at", mail.acceptedAt().toString());
            json.writeStringField("channel", mail.channel().spelling());
            json.writeStringField("from", mail.from());
            json.writeStringField("recipient", mail.recipient());
            if (mail.destination().size() > 1) {
                json.writeArrayFieldStart("destination");
                for (String address : mail.destination()) {
                    json.writeString(address);
                }
                json.writeEndArray();
            }
            json.writeStringField("subject", mail.subject());
            json.writeObjectFieldStart("tags");
            for (Map.Entry<String, String> tag : mail.tags().entrySet()) {
                json.writeStringField(tag.getKey(), tag.getValue());
            }
            json.writeEndObject();
            json.writeNumberField("size", mail.sizeBytes());
            json.writeStringField("sha256", mail.sha256());
            json.writeArrayFieldStart("kept");
            json.writeNumber(mail.place().segment());
            json.writeNumber(mail.place().offset());
            json.writeNumber(mail.place().length());
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory cannot fail", e);
        }
        out.write('\n');
        return out.toByteArray();
    }

    /// @throws IOException if this is not a whole line of ours
    static AcceptedMail read(long number, byte[] line) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        Map<String, String> tags = new LinkedHashMap<>();
        List<String> destination = new ArrayList<>();
        List<Integer> kept = new ArrayList<>();
        int size = -1;
        try (JsonParser json = JSON.createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not an object");
            }
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                JsonToken value = json.nextToken();
                switch (name) {
                    case "tags" -> {
                        for (String tag = json.nextFieldName(); tag != null; tag = json.nextFieldName()) {
                            tags.put(tag, json.nextTextValue());
                        }
                    }
                    case "destination" -> {
                        while (json.nextToken() == JsonToken.VALUE_STRING) {
                            destination.add(json.getText());
                        }
                    }
                    case "kept" -> {
                        while (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
                            kept.add(json.getIntValue());
                        }
                    }
                    case "size" -> size = json.getIntValue();
                    default -> {
                        if (value == JsonToken.VALUE_STRING) {
                            texts.put(name, json.getText());
                        }
                    }
                }
            }
            if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
                throw new IOException("not one object");
            }
        }
        if (size < 0 || kept.size() != 3) {
            throw new IOException("fields are missing");
        }
        String recipient = text(texts, "recipient");
        try {
            return new AcceptedMail(
                    number,
                    text(texts, "message_id"),
                    Instant.parse(text(texts, "accepted_at")),
                    Channel.of(text(texts, "channel")),
                    text(texts, "from"),
                    recipient,
                    destination.isEmpty() ? List.of(recipient) : List.copyOf(destination),
                    text(texts, "subject"),
                    tags,
                    size,
                    text(texts, "sha256"),
                    new Place(kept.get(0), kept.get(1), kept.get(2)));
        } catch (DateTimeException e) {
            throw new IOException("not a time", e);
        }
    }

    private static String text(Map<String, String> texts, String name) throws IOException {
        String text = texts.get(name);
        if (text == null) {
            throw new IOException(name + " is missing");
        }
        return text;
    }
}
