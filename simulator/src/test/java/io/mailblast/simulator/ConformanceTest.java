package io.mailblast.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.BulkEmailEntry;
import software.amazon.awssdk.services.sesv2.model.SesV2Exception;

/// The same SDK calls against the simulator and an emulator that others wrote (`aws-ses-v2-local` of npm) give
/// the same kind of answers. Runs with `MAILBLAST_CONFORMANCE=1`, which fetches the emulator with `npx`.
final class ConformanceTest {

    private static final String EMULATOR = "aws-ses-v2-local@2.10.2";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /// The emulator answers GetAccount with what it is given.
    private static final String ACCOUNT = """
            {"DedicatedIpAutoWarmupEnabled":false,"Details":{"AdditionalContactEmailAddresses":[],"ContactLanguage":"EN",
            "MailType":"MARKETING","ReviewDetails":{"CaseId":"1","Status":"GRANTED"},"UseCaseDescription":"x",
            "WebsiteURL":"https://example.com"},"EnforcementStatus":"HEALTHY","ProductionAccessEnabled":true,
            "SendingEnabled":true,"SendQuota":{"Max24HourSend":200,"MaxSendRate":14,"SentLast24Hours":0},
            "SuppressionAttributes":{"SuppressedReasons":["BOUNCE"]}}""";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    /// A call, and what kind of answer is the same whoever answers.
    private record Call(String name, Function<SesV2Client, String> kind) {}

    private static List<Call> calls() {
        List<Call> calls = new ArrayList<>();
        calls.add(new Call(
                "simple mail",
                ses -> kind(
                        () -> ses.sendEmail(Mails.to("ann@example.net").build()).messageId())));
        calls.add(new Call(
                "raw mail",
                ses -> kind(() -> ses.sendEmail(
                                it -> it.fromEmailAddress("news@example.com")
                                        .destination(to -> to.toAddresses("ann@example.net"))
                                        .content(
                                                content -> content.raw(
                                                        raw -> raw.data(
                                                                SdkBytes.fromUtf8String(
                                                                        "From: news@example.com\r\nTo: ann@example.net\r\nSubject: Hi\r\n\r\nHello\r\n")))))
                        .messageId())));
        calls.add(new Call(
                "no content",
                ses -> kind(() -> ses.sendEmail(it -> it.fromEmailAddress("news@example.com")
                                .destination(to -> to.toAddresses("ann@example.net"))
                                .content(content -> content.simple(simple -> simple.subject(Mails.text("x")))))
                        .messageId())));
        calls.add(new Call(
                "template that does not exist",
                ses -> kind(() -> ses.sendEmail(it -> it.fromEmailAddress("news@example.com")
                                .destination(to -> to.toAddresses("ann@example.net"))
                                .content(content -> content.template(template ->
                                        template.templateName("nowhere").templateData("{}"))))
                        .messageId())));
        calls.add(new Call(
                "bulk mail", ses -> kind(() -> bulk(ses, "Hi {{name}}", "ann@example.net", "bob@example.net"))));
        calls.add(new Call(
                "bulk mail with an address that is none",
                ses -> kind(() -> bulk(ses, "Hi", "ann@example.net", "nobody"))));
        calls.add(new Call(
                "bulk mail without a body",
                ses -> kind(() -> ses.sendBulkEmail(it -> it.fromEmailAddress("news@example.com")
                                .defaultContent(content -> content.template(
                                        template -> template.templateContent(parts -> parts.subject("x"))))
                                .bulkEmailEntries(BulkEmailEntry.builder()
                                        .destination(to -> to.toAddresses("ann@example.net"))
                                        .build()))
                        .toString())));
        calls.add(new Call(
                "account",
                ses -> kind(() -> {
                    var account = ses.getAccount(_ -> {});
                    return account.sendingEnabled() + " " + (account.sendQuota().maxSendRate() > 0);
                })));
        return calls;
    }

    private static String bulk(SesV2Client ses, String subject, String... recipients) {
        return "true "
                + ses
                        .sendBulkEmail(it -> it.fromEmailAddress("news@example.com")
                                .defaultContent(content -> content.template(template -> template.templateContent(
                                                parts -> parts.subject(subject).html("<p>{{name}}</p>"))
                                        .templateData("{\"name\":\"you\"}")))
                                .bulkEmailEntries(Stream.of(recipients)
                                        .map(recipient -> BulkEmailEntry.builder()
                                                .destination(to -> to.toAddresses(recipient))
                                                .build())
                                        .toList()))
                        .bulkEmailEntryResults()
                        .stream()
                        .map(result -> result.statusAsString())
                        .toList();
    }

    private interface Attempt {
        String make();
    }

    private static String kind(Attempt attempt) {
        try {
            String answer = attempt.make();
            return answer.matches("(true|false).*") ? answer : "accepted, with an identifier: " + !answer.isEmpty();
        } catch (SesV2Exception e) {
            return "refused with " + e.statusCode() / 100 + "xx";
        }
    }

    @Test
    void theSameCallsGiveTheSameKindOfAnswersAsAnIndependentEmulator() throws Exception {
        assumeTrue("1".equals(System.getenv("MAILBLAST_CONFORMANCE")), "MAILBLAST_CONFORMANCE=1 asks for this test");
        assumeTrue(hasNpx(), "npx is not on the path");
        int port = freePort();
        ProcessBuilder command = new ProcessBuilder("npx", "--yes", EMULATOR, "--port", Integer.toString(port))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("emulator.log").toFile());
        command.environment().put("AWS_SES_ACCOUNT", ACCOUNT);
        Process emulator = command.start();
        try (Running running = Running.start(Running.Choice.in(folder.resolve("home")));
                SesV2Client ours = running.ses();
                SesV2Client theirs = Running.ses(URI.create("http://127.0.0.1:" + port))) {
            awaitOpen(port, emulator);

            for (Call call : calls()) {
                assertThat(call.kind().apply(ours))
                        .as(call.name())
                        .isEqualTo(call.kind().apply(theirs));
            }
        } finally {
            emulator.descendants().forEach(ProcessHandle::destroy);
            emulator.destroy();
            emulator.waitFor(5, TimeUnit.SECONDS);
        }
    }

    private static boolean hasNpx() throws InterruptedException {
        try {
            return new ProcessBuilder("npx", "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void awaitOpen(int port, Process emulator) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline && emulator.isAlive()) {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                boolean _ = emulator.waitFor(100, TimeUnit.MILLISECONDS);
            }
        }
        throw new AssertionError("the emulator did not listen on port " + port + " within " + PATIENCE);
    }
}
