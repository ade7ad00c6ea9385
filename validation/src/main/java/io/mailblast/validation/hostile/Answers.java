package io.mailblast.validation.hostile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.http.KeepAliveConnection.Answer;
import io.mailblast.validation.installation.ApiClient;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/// Judges answers, and counts them. Safe for several threads.
final class Answers {

    /// So many violations are kept with their requests.
    private static final int KEPT = 50;

    /// Before there are parameters.
    private static final String NO_HTTP = "urn:mailblast:problem:malformed";

    private final Map<Integer, LongAdder> byStatus = new ConcurrentHashMap<>();
    private final LongAdder cutOff = new LongAdder();
    private final LongAdder again = new LongAdder();
    private final LongAdder later = new LongAdder();
    private final AtomicInteger violations = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> kept = new ConcurrentLinkedQueue<>();

    void take(HostileRequest request, Answer answer) {
        byStatus.computeIfAbsent(answer.status(), _ -> new LongAdder()).increment();
        wrong(request, answer).ifPresent(what -> violated(what + ": " + request + " was answered " + brief(answer)));
    }

    /// No answer came to what may be cut off.
    void cutOff() {
        cutOff.increment();
    }

    /// A connection ended, and the request is sent once more.
    void again() {
        again.increment();
    }

    /// Whether a server that has no room at the moment says when to come again (RFC 9110 §15.6.4): that is no answer to
    /// the request yet. A 503 that does not say so is an error.
    static boolean isForLater(Answer answer) {
        return answer.status() == 503 && answer.saysWhen();
    }

    /// The server had no room, and the request is sent once more when it said.
    void later() {
        later.increment();
    }

    void violated(String what) {
        if (violations.incrementAndGet() <= KEPT) {
            kept.add(what);
        }
    }

    private static Optional<String> wrong(HostileRequest request, Answer answer) {
        if (answer.status() >= 500) {
            return Optional.of("an error of the server");
        }
        String body = answer.body();
        if (body.contains("\tat io.") || body.contains("org.postgresql") || body.contains("SQLSTATE")) {
            return Optional.of("its inside is told");
        }
        if (body.startsWith("<!") && (body.contains("<script>alert(") || body.contains("<img src=x"))) {
            return Optional.of("HTML of the request in a page");
        }
        if (request.operation().isEmpty()) {
            return Optional.empty();
        }
        if (!request.operation().get().statuses().contains(answer.status())) {
            return Optional.of("a status that is not declared");
        }
        return answer.status() == 400 && !namesWhatIsWrong(body)
                ? Optional.of("no field or parameter is named")
                : Optional.empty();
    }

    private static boolean namesWhatIsWrong(String body) {
        try {
            JsonNode problem = ApiClient.JSON.readTree(body);
            if (problem.path("type").asText().equals(NO_HTTP)) {
                return true;
            }
            JsonNode errors = problem.path("errors");
            return !errors.isEmpty()
                    && errors.valueStream()
                            .noneMatch(error -> error.path("message").asText().isBlank());
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static String brief(Answer answer) {
        String body = answer.body();
        return answer.status() + " " + body.substring(0, Math.min(body.length(), 300));
    }

    long violations() {
        return violations.get();
    }

    BadRequestsResult result(long seed) {
        return new BadRequestsResult(
                seed,
                byStatus.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey,
                                status -> status.getValue().sum(),
                                Long::sum,
                                java.util.TreeMap::new)),
                cutOff.sum(),
                again.sum(),
                later.sum(),
                violations.get(),
                kept.stream().toList());
    }
}
