package io.mailblast.bounce.reading;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.apache.james.mime4j.stream.BodyDescriptor;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.jspecify.annotations.Nullable;

/// A mail taken apart, leniently and within bounds: what is beyond them is left out, what is broken ends the reading,
/// and what was read until then counts.
///
/// @param headers of the mail itself, by name in lower case, decoded, the first of each
/// @param parts its texts in their order; a mail within the mail is taken apart as well, one level deeper
record MailParts(Map<String, String> headers, List<Part> parts) {

    /// More is not looked at. Reports stand in front, the returned original behind.
    static final int MAX_BYTES = 2 << 20;

    private static final int MAX_PARTS = 200;
    private static final int MAX_DEPTH = 20;
    private static final int MAX_PART_BYTES = 64 << 10;
    private static final int MAX_TEXT = 512 << 10;
    private static final int MAX_HEADERS = 500;
    private static final int MAX_HEADER = 4_000;

    private static final MimeConfig LENIENT = MimeConfig.custom()
            .setStrictParsing(false)
            .setMaxLineLen(-1)
            .setMaxHeaderCount(-1)
            .setMaxHeaderLen(-1)
            .setMaxContentLen(-1)
            .build();

    /// @param type in lower case, as `text/plain`; `headers` for the headers of a mail within the mail
    /// @param depth in how many mails it stands within the mail
    record Part(String type, int depth, String text) {

        static final String HEADERS = "headers";
    }

    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    static MailParts of(byte[] mail) {
        return new Walk().run(mail);
    }

    private static final class Walk {

        private final Map<String, String> headers = new LinkedHashMap<>();
        private final List<Part> parts = new ArrayList<>();
        private final StringBuilder inner = new StringBuilder();
        private int messages;
        private int depth;
        private int entities;
        private int fields;
        private int room = MAX_TEXT;
        private boolean inPartHeader;

        MailParts run(byte[] mail) {
            MimeTokenStream tokens = new MimeTokenStream(LENIENT);
            try {
                tokens.parse(new ByteArrayInputStream(mail, 0, Math.min(mail.length, MAX_BYTES)));
                for (EntityState state = tokens.getState();
                        state != EntityState.T_END_OF_STREAM && isWithinBounds();
                        state = tokens.next()) {
                    take(state, tokens);
                }
            } catch (IOException | MimeException | RuntimeException e) {
                // Broken: what was read until here is what there is. The library throws unchecked ones as well.
                parts.removeIf(part -> part.text().isBlank());
            }
            endInner();
            return new MailParts(headers, List.copyOf(parts));
        }

        private boolean isWithinBounds() {
            return entities <= MAX_PARTS && depth <= MAX_DEPTH && room > 0;
        }

        private void take(EntityState state, MimeTokenStream tokens) throws IOException {
            switch (state) {
                case T_START_MESSAGE -> {
                    messages++;
                    depth++;
                    entities++;
                }
                case T_END_MESSAGE -> {
                    endInner();
                    messages--;
                    depth--;
                }
                case T_START_BODYPART -> {
                    inPartHeader = true;
                    entities++;
                }
                case T_START_MULTIPART -> depth++;
                case T_END_MULTIPART -> depth--;
                case T_FIELD -> field(tokens);
                case T_END_HEADER -> {
                    endInner();
                    inPartHeader = false;
                }
                case T_BODY -> body(tokens);
                case T_PREAMBLE, T_EPILOGUE -> add("text/stray", text(tokens.getInputStream(), null));
                default -> {}
            }
        }

        private void field(MimeTokenStream tokens) {
            if (inPartHeader || fields++ > MAX_HEADERS * Math.max(1, messages)) {
                return;
            }
            String name = tokens.getField().getName().strip().toLowerCase(Locale.ROOT);
            String body = String.valueOf(tokens.getField().getBody());
            String value =
                    decoded(cut(body, MAX_HEADER).replaceAll("[\\r\\n]+", " ").strip());
            if (messages == 1) {
                headers.putIfAbsent(name, value);
            } else {
                inner.append(name).append(": ").append(value).append('\n');
            }
        }

        private void endInner() {
            if (!inner.isEmpty()) {
                add(Part.HEADERS, inner.toString());
                inner.setLength(0);
            }
        }

        private void body(MimeTokenStream tokens) throws IOException {
            BodyDescriptor descriptor = tokens.getBodyDescriptor();
            String type = String.valueOf(descriptor.getMimeType()).toLowerCase(Locale.ROOT);
            if (type.startsWith("text/") || type.startsWith("message/")) {
                add(type, text(tokens.getDecodedInputStream(), descriptor.getCharset()));
            }
        }

        private void add(String type, String text) {
            if (!text.isBlank()) {
                String kept = cut(text, room);
                room -= kept.length();
                parts.add(new Part(type, Math.max(0, messages - 1), kept));
            }
        }

        private static String text(InputStream in, @Nullable String charset) throws IOException {
            byte[] bytes = in.readNBytes(MAX_PART_BYTES);
            String text = new String(bytes, charset(charset));
            // What says that it is ASCII, or nothing, is UTF-8 or something of one byte a character.
            return text.indexOf('\ufffd') >= 0 ? new String(bytes, StandardCharsets.ISO_8859_1) : text;
        }

        private static Charset charset(@Nullable String name) {
            if (name == null || name.isBlank() || name.equalsIgnoreCase("us-ascii")) {
                return StandardCharsets.UTF_8;
            }
            try {
                return Charset.forName(name.strip());
            } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
                return StandardCharsets.UTF_8;
            }
        }

        private static String decoded(String value) {
            if (!value.contains("=?")) {
                return value;
            }
            try {
                return DecoderUtil.decodeEncodedWords(value, DecodeMonitor.SILENT);
            } catch (RuntimeException e) {
                return value;
            }
        }

        private static String cut(String text, int length) {
            return text.length() <= length ? text : text.substring(0, length);
        }
    }
}
