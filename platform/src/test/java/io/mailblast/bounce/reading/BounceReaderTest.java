package io.mailblast.bounce.reading;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mailblast.testing.Corpora;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BounceReaderTest {

    private static final BounceReader READER = new BounceReader();

    @TestFactory
    Stream<DynamicTest> aMailIsReadAsWhatItIs() throws IOException {
        return new String(sample("expected.tsv"), UTF_8)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("\t", -1))
                .map(row -> DynamicTest.dynamicTest(row[0], () -> {
                    BounceMail mail = READER.read(sample(row[0] + ".eml"));

                    assertThat(mail.kind().spelling() + "\t" + shown(mail.recipients()))
                            .isEqualTo(row[1] + "\t" + row[2]);
                }));
    }

    @Test
    void identifiersAreFoundInReturnedHeadersAndReturnPaths() throws IOException {
        assertThat(READER.read(sample("hard-report.eml")).identifiers())
                .contains("AAECAwQFBgcICQoLDA0ODxAREhMU", "BBECAwQFBgcICQoLDA0ODxAREhMU");
        String toUs = """
                        To: <bounces+DDECAwQFBgcICQoLDA0ODxAREhMU@news.example>
                        From: MAILER-DAEMON

                        no
                        """;
        assertThat(READER.read(toUs.getBytes(US_ASCII)).identifiers()).containsExactly("DDECAwQFBgcICQoLDA0ODxAREhMU");
    }

    @Test
    void ofRealMailsHardOrSoftAndTheStatusAreRight() throws IOException {
        Path corpus = Corpora.find("bounces");
        int recipients = 0;
        int hard = 0;
        int status = 0;
        List<String> misses = new ArrayList<>();
        for (String line : Files.readAllLines(corpus.resolve("expected.jsonl"))) {
            JsonNode expected = new ObjectMapper().readTree(line);
            String file = expected.path("file").asText();
            List<BouncedRecipient> read = READER.readAll(Files.readAllBytes(corpus.resolve(file))).stream()
                    .flatMap(mail -> mail.recipients().stream())
                    .toList();
            // Whoever is read out of a mail and is not in it counts as wrong, too.
            for (int i = expected.path("recipients").size(); i < read.size(); i++) {
                recipients++;
                misses.add(file + ": one too many, " + shown(List.of(read.get(i))));
            }
            for (int i = 0; i < expected.path("recipients").size(); i++) {
                JsonNode one = expected.path("recipients").get(i);
                boolean sameHard = i < read.size()
                        && read.get(i).isHard() == one.path("hard").asBoolean();
                boolean sameStatus = i < read.size()
                        && read.get(i).status().equals(one.path("status").asText());
                recipients++;
                hard += sameHard ? 1 : 0;
                status += sameStatus ? 1 : 0;
                if (!sameHard || !sameStatus) {
                    misses.add(
                            file + ": " + (i < read.size() ? shown(List.of(read.get(i))) : "nothing") + ", not " + one);
                }
            }
        }
        String seen = "of " + recipients + " hard right " + hard + ", status right " + status + "; misses: "
                + String.join("\n", misses);
        System.out.println("BounceReaderTest " + seen);

        assertThat((double) hard / recipients).as(seen).isGreaterThanOrEqualTo(0.97);
        assertThat((double) status / recipients).as(seen).isGreaterThanOrEqualTo(0.95);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "550 5.1.1 Message rejected as spam",
                "550 5.1.1 Client host blocked using bl.example",
                "550 5.1.1 Relay access denied",
                "550 5.1.1 No PTR record found",
                "550 Sender domain does not exist (in reply to RCPT TO command)",
                "550 No such user (in reply to MAIL FROM command)",
                "550 No such user (in reply to end of DATA command)",
                "550 Your address is blocked (state 14)",
                "550 We would rather not"
            })
    void whatDoesNotSpeakOfTheAddressIsNotHard(String said) {
        String mail = """
                From: MAILER-DAEMON@relay.example
                Subject: Undelivered Mail Returned to Sender

                Final-Recipient: rfc822; cat@there.example
                Action: failed
                Diagnostic-Code: smtp; %s
                """.formatted(said);

        assertThat(READER.read(mail.getBytes(US_ASCII)).recipients()).hasSize(1).noneMatch(BouncedRecipient::isHard);
    }

    @Test
    void aMailboxHasSeveralMails() throws IOException {
        String one = new String(sample("hard-free-text.eml"), UTF_8).replace("\r", "");

        List<BounceMail> mails = READER.readAll(("From MAILER-DAEMON Thu Jan  1 00:00:00 2026\n" + one
                        + "\nFrom MAILER-DAEMON Thu Jan  1 00:00:01 2026\n" + one)
                .getBytes(UTF_8));

        assertThat(mails).hasSize(2).allMatch(mail -> mail.kind() == Kind.HARD);
    }

    @Test
    void aHugeMailIsReadFromItsBeginning() throws IOException {
        byte[] mail = new byte[50 << 20];
        byte[] head = sample("hard-free-text.eml");
        System.arraycopy(head, 0, mail, 0, head.length);
        java.util.Arrays.fill(mail, head.length, mail.length, (byte) 'x');

        assertThat(READER.read(mail).kind()).isEqualTo(Kind.HARD);
    }

    @Test
    void tenThousandPartsAndDeepNestingEnd() {
        StringBuilder wide = new StringBuilder("Content-Type: multipart/mixed; boundary=b\r\n\r\n");
        wide.append("--b\r\nContent-Type: text/plain\r\n\r\nuser unknown\r\n".repeat(10_000))
                .append("--b--\r\n");
        StringBuilder deep = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            deep.append("Content-Type: multipart/mixed; boundary=b")
                    .append(i)
                    .append("\r\n\r\n--b")
                    .append(i)
                    .append("\r\n");
        }
        String mails = "Content-Type: message/rfc822\r\n\r\n".repeat(5_000);

        assertThat(READER.read(wide.toString().getBytes(US_ASCII)).kind()).isNotEqualTo(Kind.HARD);
        assertThat(READER.read(deep.toString().getBytes(US_ASCII)).kind()).isEqualTo(Kind.UNKNOWN);
        assertThat(READER.read(mails.getBytes(US_ASCII)).kind()).isEqualTo(Kind.UNKNOWN);
    }

    @Test
    void endlessLinesAndHeadersEnd() {
        byte[] header = ("Subject: " + "a@b ".repeat(1 << 19)).getBytes(US_ASCII);
        byte[] line = ("From: mailer-daemon\r\n\r\n" + "<a@b.c ".repeat(1 << 18)).getBytes(US_ASCII);
        byte[] fields = ("From: mailer-daemon\r\n\r\n" + "Final-Recipient: rfc822; a@b.example\n".repeat(50_000))
                .getBytes(US_ASCII);

        assertThat(READER.read(header).kind()).isEqualTo(Kind.UNKNOWN);
        assertThat(READER.read(line).recipients()).hasSizeLessThan(101);
        assertThat(READER.read(fields).recipients()).hasSizeLessThan(101);
    }

    @Test
    void brokenMailsAreNeverAnError() throws IOException {
        long seed = System.nanoTime();
        System.out.println("BounceReaderTest seed " + seed);
        Random random = new Random(seed);
        List<byte[]> samples = new ArrayList<>();
        for (String name : List.of("hard-report", "complaint", "blocked-free-text", "two-recipients-report")) {
            samples.add(sample(name + ".eml"));
        }
        for (int i = 0; i < 2_000; i++) {
            byte[] mail = samples.get(random.nextInt(samples.size())).clone();
            for (int change = random.nextInt(20); change >= 0; change--) {
                mail[random.nextInt(mail.length)] = (byte) random.nextInt(256);
            }

            readAnything(java.util.Arrays.copyOf(mail, random.nextInt(mail.length + 1)));
        }
    }

    @FuzzTest
    void whateverBytesComeAreReadWithinBounds(byte[] bytes) {
        readAnything(bytes);
    }

    private static void readAnything(byte[] bytes) {
        for (BounceMail mail : READER.readAll(bytes)) {
            assertThat(mail.recipients()).hasSizeLessThanOrEqualTo(500);
            assertThat(mail.identifiers()).hasSizeLessThanOrEqualTo(20);
        }
    }

    private static String shown(List<BouncedRecipient> recipients) {
        return recipients.stream()
                .map(one ->
                        one.address() + "/" + one.status() + "/" + one.reason().spelling() + "/" + one.isHard())
                .collect(Collectors.joining(" "));
    }

    private static byte[] sample(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(BounceReaderTest.class.getResourceAsStream("/bounces/" + name), name)) {
            return in.readAllBytes();
        }
    }
}
