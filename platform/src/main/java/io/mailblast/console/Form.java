package io.mailblast.console;

import io.mailblast.http.Call;
import io.mailblast.http.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a person typed, by field; a field may come several times.
record Form(Map<String, List<String>> values) {

    static final Form EMPTY = new Form(Map.of());
    static final String MEDIA_TYPE = "application/x-www-form-urlencoded";

    /// Beyond the largest content, each byte of which may be written as three.
    private static final int MAX_BYTES = 13 << 20;

    private static final int MAX_FIELDS = 5_000;

    /// @throws io.mailblast.http.ProblemException 400 for what is no form, 413 for one that is too large
    static Form read(Call call) {
        return parse(new String(call.bytes(MAX_BYTES), StandardCharsets.ISO_8859_1));
    }

    /// The URL Standard's parser, but that bytes which are no UTF-8 are refused.
    static Form parse(String encoded) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        int fields = 0;
        for (String pair : encoded.split("&")) {
            if (pair.isEmpty()) {
                continue;
            }
            if (++fields > MAX_FIELDS) {
                throw Problem.badInput("", "The form has too many fields.").asException();
            }
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
            values.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
        }
        return new Form(values);
    }

    static Form of(Map<String, String> values) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        values.forEach((name, value) -> all.put(name, List.of(value)));
        return new Form(all);
    }

    /// The first value, or an empty text.
    String get(String name) {
        List<String> all = values.get(name);
        return all == null ? "" : all.getFirst();
    }

    /// The same without white space around it.
    String line(String name) {
        return get(name).strip();
    }

    /// The lines of a text area end as they are stored, not as HTTP carries them.
    String area(String name) {
        return get(name).replace("\r\n", "\n");
    }

    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    Form with(String name, List<String> more) {
        Map<String, List<String>> all = new LinkedHashMap<>(values);
        all.put(name, more);
        return new Form(all);
    }

    Form without(String name) {
        Map<String, List<String>> all = new LinkedHashMap<>(values);
        all.remove(name);
        return new Form(all);
    }

    /// Without what only the console itself put in.
    Form typed() {
        Map<String, List<String>> all = new LinkedHashMap<>(values);
        all.keySet().removeIf(name -> name.startsWith("_"));
        return new Form(all);
    }

    private static String decoded(String text) {
        byte[] bytes = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '+') {
                bytes[length++] = ' ';
            } else if (c == '%'
                    && i + 2 < text.length()
                    && hex(text.charAt(i + 1)) >= 0
                    && hex(text.charAt(i + 2)) >= 0) {
                bytes[length++] = (byte) (hex(text.charAt(i + 1)) << 4 | hex(text.charAt(i + 2)));
                i += 2;
            } else {
                bytes[length++] = (byte) c;
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Problem.badInput("", "The form is not UTF-8.").asException();
        }
    }

    private static int hex(char c) {
        return c < 128 ? Character.digit(c, 16) : -1;
    }
}
