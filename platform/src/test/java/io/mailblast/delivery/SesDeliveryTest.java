package io.mailblast.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.mailblast.testing.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What each thing that a provider or a network can do comes to. The faults are real ones on a real socket; how
/// SES answers when all is well is checked with the simulator.
class SesDeliveryTest {

    private static final Mail MAIL = new Mail(
            "s@example.org", "r@example.com", "Subject: x\r\n\r\nx".getBytes(StandardCharsets.US_ASCII), "tag-1", "7");

    @Test
    void anAnswerWithAnIdIsAccepted() throws IOException {
        AtomicReference<String> request = new AtomicReference<>("");

        Outcome outcome = answered(exchange -> {
            request.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            SesStub.answer(exchange, 200, "", "{\"MessageId\":\"0100-abc\"}");
        });

        assertThat(outcome).isEqualTo(new Outcome.Accepted("0100-abc"));
        assertThat(request.get())
                .contains("\"mailblast-message\"")
                .contains("\"tag-1\"")
                .contains("r@example.com");
    }

    /// The reference's errors of SendEmail, the common ones, and what only a server between can answer.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    400 | BadRequestException                | Illegal address                              | refused
                    400 | ValidationException                | 1 validation error                           | refused
                    413 | RequestEntityTooLargeException     | too large                                    | refused
                    400 | MessageRejected                    | The message contained a virus.               | refused
                    400 | MessageRejected                    | Email address is not verified. The following identities failed the check in region US-EAST-1: r@example.com | refused
                    400 | MessageRejected                    | Email address is not verified. The following identities failed the check in region US-EAST-1: s@example.org | SENDER
                    400 | MessageRejected                    | Sending suspended for this account. For more information, please check the inbox | ACCOUNT
                    400 | MailFromDomainNotVerifiedException | The MAIL FROM domain is not verified         | SENDER
                    404 | NotFoundException                  | Configuration set <news> does not exist.     | ACCOUNT
                    403 | AccessDeniedException              | User is not authorized                       | ACCOUNT
                    403 | SignatureDoesNotMatch              | The request signature does not match         | ACCOUNT
                    403 | ExpiredTokenException              | The security token is expired                | ACCOUNT
                    403 | UnrecognizedClientException        | The security token is invalid                | ACCOUNT
                    429 | TooManyRequestsException           | Maximum sending rate exceeded.               | RATE
                    429 | TooManyRequestsException           | Too many requests                            | RATE
                    400 | ThrottlingException                | Maximum sending rate exceeded                | RATE
                    400 | Throttling                         | Rate exceeded                                | RATE
                    429 | TooManyRequestsException           | Daily message quota exceeded                 | QUOTA
                    400 | ThrottlingException                | Daily message quota exceeded                 | QUOTA
                    400 | LimitExceededException             | Daily message quota exceeded.                | QUOTA
                    400 | LimitExceededException             | There are too many instances of the resource | RATE
                    400 | SendingPausedException             | Sending paused for this account.             | ACCOUNT
                    400 | SendingPausedException             | Sending paused for configuration set news.   | ACCOUNT
                    400 | AccountSuspendedException          | Account suspended                            | ACCOUNT
                    503 | ServiceUnavailable                 | later                                        | PROVIDER
                    500 | InternalFailure                    | oops                                         | in doubt
                    500 | InternalServiceErrorException      | oops                                         | in doubt
                    500 |                                    | oops                                         | in doubt
                    502 |                                    | bad gateway                                  | in doubt
                    503 |                                    | upstream reset before headers                | in doubt
                    504 |                                    | gateway timeout                              | in doubt
                    408 |                                    | request timeout                              | in doubt
                    429 |                                    | slow down                                    | RATE
                    403 |                                    | a proxy says no                              | ACCOUNT
                    407 |                                    | a proxy wants a password                     | PROVIDER
                    400 |                                    | <html>what</html>                            | refused
                    """)
    void everyErrorHasItsOutcome(int status, String type, String message, String expected) throws IOException {
        AtomicInteger calls = new AtomicInteger();

        Outcome outcome = answered(exchange -> {
            calls.incrementAndGet();
            SesStub.answer(exchange, status, type == null ? "" : type, "{\"message\":\"" + message + "\"}");
        });

        assertThat(kind(outcome)).as("%s", outcome).isEqualTo(expected);
        assertThat(calls).as("the SDK repeats nothing by itself").hasValue(1);
    }

    @Test
    void aReasonKeepsTheProvidersWords() throws IOException {
        Outcome outcome = answered(exchange -> SesStub.answer(
                exchange, 429, "TooManyRequestsException", "{\"message\":\"Maximum sending rate exceeded.\"}"));

        assertThat(outcome)
                .isEqualTo(new Outcome.Deferred(
                        "TooManyRequestsException: Maximum sending rate exceeded.",
                        Duration.ofSeconds(1),
                        Outcome.Scope.RATE));
    }

    static Stream<Arguments> namesOfTheTable() {
        return Arrays.stream(SesAnswer.values())
                .flatMap(answer -> answer.names().stream().map(name -> Arguments.of(name, answer)));
    }

    /// By the name, whatever the status; the status here would come to something else.
    @ParameterizedTest
    @MethodSource("namesOfTheTable")
    void everyNameOfTheTableHasItsOutcomeAndTheDocumentationSaysSo(String name, SesAnswer answer) throws IOException {
        String expected = switch (answer.meaning()) {
            case REFUSED, REJECTED -> "refused";
            case THROTTLED -> "RATE";
            case SENDER, QUOTA, ACCOUNT, PROVIDER, MESSAGE -> answer.meaning().name();
            case IN_DOUBT -> "in doubt";
        };
        int status = expected.equals("refused") ? 500 : 400;

        Outcome outcome = answered(exchange -> SesStub.answer(exchange, status, name, "{\"message\":\"as told\"}"));

        assertThat(kind(outcome)).as("%s", outcome).isEqualTo(expected);
        assertThat(outcome.toString()).contains(name + ": as told");
        assertThat(documented(name)).startsWith(inWords(expected));
    }

    /// The right column of the one row that has the name; `the same` is what the row before says.
    private static String documented(String name) throws IOException {
        String said = "";
        for (String line : Files.readAllLines(Path.of("..", "docs", "delivery.md"))) {
            String[] columns = line.split("\\|");
            if (line.startsWith("| ") && columns.length == 3) {
                String meaning = columns[2].strip();
                said = meaning.startsWith("the same:") ? said : meaning;
                if (columns[1].contains("`" + name + "`")) {
                    return said;
                }
            }
        }
        return "";
    }

    private static String inWords(String kind) {
        return switch (kind) {
            case "SENDER" -> "deferred for the sender";
            case "RATE" -> "deferred for all: too fast";
            case "QUOTA" -> "deferred for all, 10 minutes at a time";
            case "ACCOUNT" -> "deferred for all until somebody mends the account";
            case "PROVIDER" -> "deferred for all: nothing was sent";
            case "MESSAGE" -> "deferred: this message";
            default -> kind;
        };
    }

    /// `docs/delivery.md` shows the table to people.
    @Test
    void everyAnswerOfTheTableStandsInTheDocumentation() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "delivery.md"));

        for (SesAnswer answer : SesAnswer.values()) {
            assertThat(answer.names()).allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}
            {"MessageId":""}
            {"MessageId":null}
            not json at all
            """)
    void aGoodStatusWithoutAnIdIsInDoubt(String body) throws IOException {
        assertThat(answered(exchange -> SesStub.answer(exchange, 200, "", body)))
                .isInstanceOf(Outcome.InDoubt.class);
    }

    @Test
    void noAnswerInTimeIsInDoubt() throws IOException {
        try (DeafServer hole = new DeafServer(DeafServer.Behaviour.SILENT)) {
            assertThat(send(hole.port())).isInstanceOf(Outcome.InDoubt.class);
        }
    }

    @Test
    void aConnectionThatIsCutAfterTheRequestIsInDoubt() throws IOException {
        try (DeafServer hole = new DeafServer(DeafServer.Behaviour.CUT)) {
            assertThat(send(hole.port())).isInstanceOf(Outcome.InDoubt.class);
            assertThat(hole.connections).as("not repeated").hasValue(1);
        }
    }

    @Test
    void halfAnAnswerIsInDoubt() throws IOException {
        try (DeafServer hole = new DeafServer(DeafServer.Behaviour.HALF)) {
            assertThat(send(hole.port())).isInstanceOf(Outcome.InDoubt.class);
        }
    }

    @Test
    void aConnectionThatIsResetInTheMiddleOfTheRequestIsInDoubt() throws IOException {
        Mail large = new Mail("s@example.org", "r@example.com", new byte[4_000_000], "tag-1", "7");
        try (DeafServer hole = new DeafServer(DeafServer.Behaviour.RESET)) {
            assertThat(send(hole.port(), large)).isInstanceOf(Outcome.InDoubt.class);
            assertThat(hole.connections).as("not repeated").hasValue(1);
        }
    }

    @Test
    void anAnswerThatIsNoHttpIsInDoubt() throws IOException {
        try (DeafServer hole = new DeafServer(DeafServer.Behaviour.GARBAGE)) {
            assertThat(send(hole.port())).isInstanceOf(Outcome.InDoubt.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"dns:ses.example.org", "ip:127.0.0.2"})
    void aCertificateOfAnotherNameGetsNoMail(String name, @TempDir Path folder) throws Exception {
        TestCertificate certificate = TestCertificate.of(folder, name);

        assertThat(kind(sendByTls(certificate, certificate.trust()))).isEqualTo("PROVIDER");
    }

    @Test
    void aCertificateThatNobodyVouchesForGetsNoMail(@TempDir Path folder) throws Exception {
        TestCertificate certificate = TestCertificate.of(folder, "ip:127.0.0.1");

        assertThat(kind(sendByTls(certificate, null))).isEqualTo("PROVIDER");
    }

    @Test
    void aCertificateThatIsRightGetsIt(@TempDir Path folder) throws Exception {
        TestCertificate certificate = TestCertificate.of(folder, "ip:127.0.0.1");

        assertThat(kind(sendByTls(certificate, certificate.trust()))).isEqualTo("accepted");
    }

    @Test
    void aConnectionThatWasNeverMadeIsTriedAgainLater() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        assertThat(kind(send(port))).isEqualTo("PROVIDER");
    }

    private static String kind(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Accepted _ -> "accepted";
            case Outcome.Refused _ -> "refused";
            case Outcome.InDoubt _ -> "in doubt";
            case Outcome.Deferred deferred -> deferred.scope().name();
        };
    }

    private static Outcome sendByTls(TestCertificate certificate, TrustManager @Nullable [] trusted) throws Exception {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.setHttpsConfigurator(new HttpsConfigurator(certificate.server()));
        server.createContext("/", exchange -> {
            SesStub.answer(exchange, 200, "", "{\"MessageId\":\"0100-abc\"}");
            exchange.close();
        });
        server.start();
        SesConfig config =
                SesStub.config("https://127.0.0.1:" + server.getAddress().getPort());
        try (SesDelivery delivery = trusted == null
                ? SesDelivery.open(config)
                : SesDelivery.open(config, http -> http.tlsTrustManagersProvider(() -> trusted))) {
            return delivery.send(MAIL);
        } finally {
            server.stop(0);
        }
    }

    private static Outcome answered(SesStub.Answers answers) throws IOException {
        return SesStub.served(answers, SesDeliveryTest::send);
    }

    private static Outcome send(int port) {
        return send(port, MAIL);
    }

    private static Outcome send(int port, Mail mail) {
        try (SesDelivery delivery = SesDelivery.open(SesStub.config("http://127.0.0.1:" + port))) {
            return delivery.send(mail);
        }
    }
}
