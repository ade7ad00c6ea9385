package io.mailblast.validation.hostile;

import static io.mailblast.validation.hostile.HostileRequest.joined;
import static io.mailblast.validation.hostile.HostileRequest.latin;

import io.mailblast.validation.hostile.Operations.Operation;
import io.mailblast.validation.hostile.Operations.Parameter;
import io.mailblast.validation.traffic.TrackedLinks;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// Makes requests, one after the other, as its seed decides: two of five of tracking, some that are hardly HTTP, the
/// others of every operation of the API.
final class RequestMaker {

    private static final String[] METHODS = {"GET", "GET", "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"};
    private static final String[] TYPES = {
        "text/plain",
        "application/json; charset=latin1",
        "application/json;;;",
        "*/*",
        "multipart/form-data",
        "json",
        ""
    };
    private static final String[] FIELDS = {
        "Accept",
        "Accept-Language",
        "Idempotency-Key",
        "X-Forwarded-For",
        "Range",
        "If-None-Match",
        "Cookie",
        "Origin",
        "User-Agent",
        "Accept-Encoding",
        "Content-Encoding"
    };
    private static final int LARGE_FIELD = 40_000;

    private final String host;
    private final String token;
    private final TrackedLinks links;
    private final Operations operations;
    private final SplittableRandom random;
    private final Values values;
    private final Bodies bodies;
    private final BrokenHttp brokenHttp;

    /// @param host of the server, with its port
    /// @param token of an operator
    /// @param links of mails that were really sent
    RequestMaker(String host, String token, TrackedLinks links, Operations operations, long seed) {
        this.host = host;
        this.token = token;
        this.links = links;
        this.operations = operations;
        this.random = new SplittableRandom(seed);
        this.values = new Values(operations, random);
        this.bodies = new Bodies(values, random);
        this.brokenHttp = new BrokenHttp(host, random);
    }

    HostileRequest next() {
        int kind = random.nextInt(100);
        if (kind < 2) {
            return new HostileRequest(brokenHttp.next(), Optional.empty(), true);
        }
        return kind < 42
                ? tracking()
                : api(operations.all().get(random.nextInt(operations.all().size())));
    }

    private HostileRequest tracking() {
        String path = random.nextInt(3) == 0
                ? "/unsubscribe/" + identifier()
                : random.nextBoolean()
                        ? "/track/open/" + identifier() + (random.nextInt(4) == 0 ? "?" + query() : "")
                        : click();
        String method = METHODS[random.nextInt(METHODS.length)];
        byte[] body = method.equals("POST") ? bodies.text() : new byte[0];
        return request(method, path, Optional.empty(), "application/x-www-form-urlencoded", body);
    }

    private String click() {
        String real = links.clickPaths().get(random.nextInt(links.clickPaths().size()));
        int at = real.indexOf('?');
        return switch (random.nextInt(5)) {
            case 0 -> "/track/click/" + identifier() + real.substring(at);
            case 1 -> real.substring(0, at) + "?url=" + url();
            case 2 -> real.substring(0, at) + "?url=" + url() + real.substring(real.indexOf('&'));
            case 3 -> real + "&" + query();
            default -> bent(real);
        };
    }

    private String url() {
        byte[] target = values.nasty().getBytes(StandardCharsets.UTF_8);
        return switch (random.nextInt(4)) {
            case 0 -> encoded(new String(target, StandardCharsets.UTF_8));
            case 1 -> encoded(Base64.getEncoder().encodeToString(target));
            case 2 -> Base64.getUrlEncoder().withoutPadding().encodeToString(target);
            default -> {
                byte[] noUtf8 = new byte[random.nextInt(40)];
                for (int i = 0; i < noUtf8.length; i++) {
                    noUtf8[i] = (byte) random.nextInt(256);
                }
                yield Base64.getUrlEncoder().encodeToString(noUtf8);
            }
        };
    }

    /// A real one, bent, or nothing of the kind.
    private String identifier() {
        String path = links.openPaths().get(random.nextInt(links.openPaths().size()));
        String real = path.substring(path.lastIndexOf('/') + 1);
        return switch (random.nextInt(4)) {
            case 0 -> encoded(values.nasty());
            case 1 -> real;
            default -> bent(real);
        };
    }

    private String bent(String real) {
        int at = random.nextInt(real.length());
        return switch (random.nextInt(5)) {
            case 0 -> real.substring(0, at);
            case 1 -> real + encoded(values.nasty());
            case 2 -> real.substring(0, at) + encoded(values.nasty()) + real.substring(at);
            default -> {
                char[] text = real.toCharArray();
                text[at] = "ABCDEFabcdef0189-_".charAt(random.nextInt(18));
                yield new String(text);
            }
        };
    }

    private HostileRequest api(Operation operation) {
        StringBuilder query = new StringBuilder();
        String path = operation.template();
        boolean found = true;
        for (Parameter parameter : operation.parameters()) {
            if (parameter.in().equals("path")) {
                boolean plausible = random.nextInt(4) > 0;
                found &= plausible;
                String value = plausible
                        ? values.plausible(parameter.schema()).asText()
                        : random.nextInt(20) == 0 ? "%zz" : values.nasty();
                path = path.replace("{" + parameter.name() + "}", encoded(value));
            } else if (random.nextInt(5) < 2) {
                query.append(query.isEmpty() ? "?" : "&")
                        .append(parameter.name())
                        .append('=')
                        .append(argument(parameter));
            }
        }
        if (random.nextInt(12) == 0) {
            query.append(query.isEmpty() ? "?" : "&").append(query());
        }
        byte[] body = operation
                .body()
                .map(bodies::json)
                .orElseGet(() -> operation.types().isEmpty() ? new byte[0] : bodies.text());
        String type = operation.types().isEmpty()
                ? ""
                : operation.types().get(random.nextInt(operation.types().size()));
        return request(operation.method(), path + query, found ? Optional.of(operation) : Optional.empty(), type, body);
    }

    private String argument(Parameter parameter) {
        return encoded(
                random.nextInt(3) == 0 ? values.plausible(parameter.schema()).asText() : values.nasty());
    }

    private String query() {
        return switch (random.nextInt(4)) {
            case 0 -> "%";
            case 1 -> "=&&=%ff%fe&a";
            default -> encoded(values.nasty()) + "=" + encoded(values.nasty());
        };
    }

    private HostileRequest request(
            String method, String path, Optional<Operation> operation, String type, byte[] body) {
        StringBuilder head = new StringBuilder(method)
                .append(' ')
                .append(path)
                .append(" HTTP/1.1\r\nHost: ")
                .append(host)
                .append("\r\n");
        boolean asked = random.nextInt(12) > 0;
        head.append("Authorization: ")
                .append(asked ? "Bearer " + token : field(values.nasty()))
                .append("\r\n");
        if (random.nextInt(5) == 0) {
            head.append(FIELDS[random.nextInt(FIELDS.length)])
                    .append(": ")
                    .append(random.nextInt(40) == 0 ? "x".repeat(LARGE_FIELD) : field(values.nasty()))
                    .append("\r\n");
        }
        if (body.length > 0 || !type.isEmpty()) {
            String said = random.nextInt(12) == 0 ? TYPES[random.nextInt(TYPES.length)] : type;
            head.append("Content-Type: ")
                    .append(said)
                    .append("\r\nContent-Length: ")
                    .append(body.length)
                    .append("\r\n");
        }
        return new HostileRequest(joined(latin(head.append("\r\n").toString()), body), operation, false);
    }

    /// What may stand in a header: lines that are broken are [BrokenHttp]'s.
    private static String field(String text) {
        return text.replaceAll("[\\x00-\\x1f\\x7f]", " ");
    }

    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            int character = each & 0xff;
            boolean plain = character < 0x80 && Character.isLetterOrDigit(character);
            if (plain || "-._~".indexOf(character) >= 0) {
                encoded.append((char) character);
            } else {
                encoded.append(String.format("%%%02X", character));
            }
        }
        return encoded.toString();
    }

    /// Where each of several makers begins.
    static List<Long> seeds(long seed, int makers) {
        SplittableRandom random = new SplittableRandom(seed);
        return Stream.generate(random::nextLong).limit(makers).toList();
    }
}
