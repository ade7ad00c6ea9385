package io.mailblast.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mailblast.http.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What each answer to a request of many mails comes to for each of them.
class SesBulkTest {

    private static final BulkDelivery.Content CONTENT = new BulkDelivery.Content(
            "Anna <s@example.org>", "reply@example.org", "{{{s0}}}", "Hi {{{t0}}}", "<p>Hi {{{h0}}}</p>", "7");

    private final List<JsonNode> requests = new CopyOnWriteArrayList<>();

    @Test
    void eachMailHasItsOwnValuesHeadersTagAndOutcome() throws IOException {
        List<Outcome> outcomes = send(3, request -> all(request, "{\"Status\":\"SUCCESS\",\"MessageId\":\"id-%s\"}"));

        assertThat(outcomes)
                .containsExactly(
                        new Outcome.Accepted("id-0"), new Outcome.Accepted("id-1"), new Outcome.Accepted("id-2"));
        JsonNode request = requests.getFirst();
        assertThat(request.at("/FromEmailAddress").asText()).isEqualTo("Anna <s@example.org>");
        assertThat(request.at("/ReplyToAddresses/0").asText()).isEqualTo("reply@example.org");
        assertThat(request.at("/DefaultContent/Template/TemplateContent/Html").asText())
                .isEqualTo("<p>Hi {{{h0}}}</p>");
        assertThat(request.at("/DefaultEmailTags/0/Value").asText()).isEqualTo("7");
        JsonNode second = request.at("/BulkEmailEntries/1");
        assertThat(second.at("/Destination/ToAddresses/0").asText()).isEqualTo("r1@example.com");
        assertThat(second.at("/ReplacementTags/0/Name").asText()).isEqualTo("mailblast-message");
        assertThat(second.at("/ReplacementTags/0/Value").asText()).isEqualTo("tag-1");
        assertThat(second.at("/ReplacementHeaders/0/Name").asText()).isEqualTo("List-Unsubscribe");
        assertThat(second.at("/ReplacementHeaders/0/Value").asText()).isEqualTo("<https://example.org/u/1>");
        assertThat(Json.MAPPER
                        .readTree(second.at("/ReplacementEmailContent/ReplacementTemplate/ReplacementTemplateData")
                                .asText())
                        .path("h0")
                        .asText())
                .isEqualTo("R \"1\" & co");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            MESSAGE_REJECTED                 | a virus                | refused
            MESSAGE_REJECTED                 | Email address is not verified: s@example.org | SENDER
            MAIL_FROM_DOMAIN_NOT_VERIFIED    |                        | SENDER
            CONFIGURATION_SET_NOT_FOUND      |                        | ACCOUNT
            CONFIGURATION_SET_DOES_NOT_EXIST |                        | ACCOUNT
            CONFIGURATION_SET_SENDING_PAUSED |                        | ACCOUNT
            TEMPLATE_NOT_FOUND               |                        | refused
            TEMPLATE_DOES_NOT_EXIST          |                        | refused
            ACCOUNT_SUSPENDED                |                        | ACCOUNT
            ACCOUNT_SENDING_PAUSED           |                        | ACCOUNT
            ACCOUNT_THROTTLED                | Maximum sending rate   | RATE
            ACCOUNT_DAILY_QUOTA_EXCEEDED     |                        | QUOTA
            INVALID_SENDING_POOL_NAME        |                        | ACCOUNT
            INVALID_PARAMETER                | Illegal address        | refused
            INVALID_PARAMETER_VALUE          | Illegal address        | refused
            TRANSIENT_FAILURE                |                        | MESSAGE
            FAILED                           | Illegal address        | refused
            SOMETHING_NEW                    |                        | in doubt
            SUCCESS                          |                        | in doubt
            """)
    void everyStatusHasItsOutcomeAndTouchesNoOtherMail(String status, String error, String expected)
            throws IOException {
        List<Outcome> outcomes = send(2, request -> """
                {"BulkEmailEntryResults":[{"Status":"%s","Error":"%s"},{"Status":"SUCCESS","MessageId":"x"}]}""".formatted(status, error == null ? "" : error));

        assertThat(kind(outcomes.getFirst())).isEqualTo(expected);
        assertThat(outcomes.getLast()).isEqualTo(new Outcome.Accepted("x"));
        assertThat(requests).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"BulkEmailEntryResults\":[]}",
                "{\"BulkEmailEntryResults\":[{\"Status\":\"SUCCESS\",\"MessageId\":\"x\"}]}",
                "{\"BulkEmailEntryResults\":[{\"Sta",
                "nonsense",
                "500",
                "close"
            })
    void anAnswerThatDoesNotTellOfEachMailLeavesAllInDoubt(String answer) throws IOException {
        List<Outcome> outcomes = send(3, request -> answer);

        assertThat(outcomes)
                .hasSize(3)
                .allSatisfy(outcome -> assertThat(kind(outcome)).isEqualTo("in doubt"));
        assertThat(requests).as("nothing is repeated").hasSize(1);
    }

    @Test
    void anAnswerThatDoesNotComeInTimeLeavesAllInDoubtAndNothingIsRepeated() throws IOException {
        List<Outcome> outcomes = send(50, Duration.ofMillis(300), request -> {
            LockSupport.parkNanos(1_500_000_000L);
            return all(request, "{\"Status\":\"SUCCESS\",\"MessageId\":\"id-%s\"}");
        });

        assertThat(outcomes)
                .hasSize(50)
                .allSatisfy(outcome -> assertThat(kind(outcome)).isEqualTo("in doubt"));
        assertThat(requests).hasSize(1);
    }

    @Test
    void aThrottledRequestDefersAllOfIt() throws IOException {
        List<Outcome> outcomes = send(50, request -> "429");

        assertThat(outcomes)
                .hasSize(50)
                .allSatisfy(outcome -> assertThat(kind(outcome)).isEqualTo("RATE"));
        assertThat(requests).hasSize(1);
    }

    /// Mautic #7226.
    @Test
    void oneMailThatTheWholeRequestIsRefusedForIsRefusedAlone() throws IOException {
        List<Outcome> outcomes = send(
                50,
                request -> request.toString().contains("r37@example.com")
                        ? "400"
                        : all(request, "{\"Status\":\"SUCCESS\",\"MessageId\":\"id-%s\"}"));

        for (int i = 0; i < 50; i++) {
            assertThat(kind(outcomes.get(i))).isEqualTo(i == 37 ? "refused" : "accepted");
        }
        List<String> taken = new ArrayList<>();
        requests.stream()
                .filter(request -> !request.toString().contains("r37@example.com"))
                .forEach(request -> request.path("BulkEmailEntries")
                        .forEach(entry ->
                                taken.add(entry.at("/Destination/ToAddresses/0").asText())));
        assertThat(taken).as("taken once each").hasSize(49).doesNotHaveDuplicates();
    }

    @Test
    void moreThanFiftyAreNoRequest() {
        assertThatThrownBy(() -> send(51, request -> "{}")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> send(0, request -> "{}")).isInstanceOf(IllegalArgumentException.class);
    }

    private interface Answers {
        /// @return a body; a status of an error; or `close`
        String to(JsonNode request);
    }

    private List<Outcome> send(int mails, Answers answers) throws IOException {
        return send(mails, Duration.ofSeconds(5), answers);
    }

    private List<Outcome> send(int mails, Duration timeout, Answers answers) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.createContext("/", exchange -> answer(exchange, answers));
        server.start();
        SesConfig config = new SesConfig(
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "us-east-1",
                "key",
                "secret",
                "",
                4,
                timeout,
                true);
        try (SesDelivery delivery = SesDelivery.open(config)) {
            return delivery.bulk()
                    .orElseThrow()
                    .send(
                            CONTENT,
                            IntStream.range(0, mails)
                                    .mapToObj(SesBulkTest::mail)
                                    .toList());
        } finally {
            server.stop(0);
        }
    }

    private void answer(HttpExchange exchange, Answers answers) throws IOException {
        JsonNode request = Json.MAPPER.readTree(exchange.getRequestBody());
        requests.add(request);
        String answer = answers.to(request);
        if (!answer.equals("close")) {
            boolean error = answer.matches("\\d+");
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            if (error) {
                exchange.getResponseHeaders()
                        .set(
                                "x-amzn-ErrorType",
                                answer.equals("429") ? "TooManyRequestsException" : "BadRequestException");
            }
            if (answer.equals("500")) {
                exchange.getResponseHeaders().set("x-amzn-ErrorType", "InternalFailure");
            }
            byte[] body = (error ? "{\"message\":\"said so\"}" : answer).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(error ? Integer.parseInt(answer) : 200, body.length);
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    private static String all(JsonNode request, String result) {
        List<String> results = new ArrayList<>();
        for (int i = 0; i < request.path("BulkEmailEntries").size(); i++) {
            results.add(result.formatted(i));
        }
        return "{\"BulkEmailEntryResults\":[" + String.join(",", results) + "]}";
    }

    private static BulkDelivery.Recipient mail(int i) {
        String name = "R \"" + i + "\" & co";
        return new BulkDelivery.Recipient(
                "r" + i + "@example.com",
                Map.of("s0", "Hi", "t0", name, "h0", name),
                Map.of("List-Unsubscribe", "<https://example.org/u/" + i + ">"),
                "tag-" + i);
    }

    private static String kind(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Accepted _ -> "accepted";
            case Outcome.Refused _ -> "refused";
            case Outcome.InDoubt _ -> "in doubt";
            case Outcome.Deferred deferred -> deferred.scope().name();
        };
    }
}
