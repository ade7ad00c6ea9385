package io.mailblast.audience;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.audience.EmailAddress.Judgement;
import io.mailblast.http.Json;
import io.mailblast.testing.Corpora;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {

    @Test
    void ourSamplesAreJudgedAsTheySay() throws IOException {
        List<String> wrong = new ArrayList<>();
        try (var in = EmailAddressTest.class.getResourceAsStream("email-addresses.txt")) {
            assertThat(in).isNotNull();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (!line.startsWith("#")) {
                    String quoted = line.substring(7, line.lastIndexOf('"') + 1);
                    String address = Json.MAPPER.readValue(quoted, String.class);
                    if (isAccepted(address) != line.startsWith("accept")) {
                        wrong.add(line + " -> " + EmailAddress.judge(address));
                    }
                }
            }
        }

        assertThat(wrong).isEmpty();
    }

    @Test
    void theSharedAddressesAreJudgedAsTheySay() throws IOException {
        Path corpus = Corpora.find("email-addresses.jsonl");
        List<String> wrong = new ArrayList<>();

        for (String line : Files.readAllLines(corpus)) {
            JsonNode sample = Json.MAPPER.readTree(line);
            String address = sample.get("address").textValue();
            String expected = sample.get("expect").textValue();
            if (!expected.equals("either") && isAccepted(address) != expected.equals("accept")) {
                wrong.add(line + " -> " + EmailAddress.judge(address));
            }
        }

        assertThat(wrong).isEmpty();
    }

    @Test
    void whatIsComparedIsLowerCaseAndWhatIsShownIsAsWritten() {
        EmailAddress address = accepted("Ann.Lee@Example.COM");

        assertThat(address.email()).isEqualTo("Ann.Lee@Example.COM");
        assertThat(address.address()).isEqualTo("ann.lee@example.com");
        assertThat(address.domain()).isEqualTo("example.com");
    }

    @Test
    void anInternationalDomainIsTheSameInBothForms() {
        assertThat(accepted("info@BÜCHER.example")).isEqualTo(accepted("info@xn--bcher-kva.example"));
    }

    @Test
    void lengthsEndWhereTheStandardSays() {
        String local = "a".repeat(64);
        String domain = "b".repeat(63) + "." + "c".repeat(63) + "." + "d".repeat(61);

        assertThat(isAccepted(local + "@" + domain)).isTrue();
        assertThat((local + "@" + domain)).hasSize(254);
        assertThat(isAccepted(local + "@" + domain + "d")).isFalse();
        assertThat(isAccepted("a" + local + "@example.com")).isFalse();
    }

    @Test
    void whatIsTypedMayHaveSpaceAround() {
        assertThat(EmailAddress.parse("\u00A0 ann@example.com\t\uFEFF"))
                .get()
                .extracting(EmailAddress::address)
                .isEqualTo("ann@example.com");
        assertThat(EmailAddress.parse("no address")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20_260_101})
    void whateverIsAcceptedCanStandInAHeaderAndIsItsOwnNormalForm(long seed) {
        Random random = new Random(seed);
        String alphabet = "aZ09.@-_+!#%'\"\\ <>()[],:;\r\n\t\0\u007f\u00e4\u00df\u200d\ufeff\ud83d\ude00\u3002xn--";
        int accepted = 0;

        for (int i = 0; i < 20_000; i++) {
            String text = random(random, alphabet);
            if (EmailAddress.judge(text) instanceof Judgement.Accepted(EmailAddress value)) {
                accepted++;
                holds(value, "seed " + seed);
            }
        }

        assertThat(accepted).as("seed %d", seed).isPositive();
    }

    @FuzzTest
    void noTextIsTooStrange(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);

        EmailAddress.parse(text).ifPresent(value -> holds(value, text));
    }

    private static void holds(EmailAddress value, String description) {
        assertThat(value.email()).as(description).matches("[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,252}");
        assertThat(value.address()).as(description).isEqualToIgnoringCase(value.email());
        assertThat(EmailAddress.judge(value.email())).as(description).isEqualTo(new Judgement.Accepted(value));
        assertThat(accepted(value.address()).address()).as(description).isEqualTo(value.address());
    }

    private static String random(Random random, String alphabet) {
        StringBuilder text = new StringBuilder();
        int local = random.nextInt(6);
        for (int i = 0; i < local; i++) {
            text.append(alphabet.charAt(random.nextInt(random.nextBoolean() ? 8 : alphabet.length())));
        }
        text.append(random.nextInt(10) == 0 ? "" : "@");
        int domain = random.nextInt(8);
        for (int i = 0; i < domain; i++) {
            text.append(alphabet.charAt(random.nextInt(random.nextBoolean() ? 5 : alphabet.length())));
        }
        return text.toString();
    }

    private static boolean isAccepted(String text) {
        return EmailAddress.judge(text) instanceof Judgement.Accepted;
    }

    private static EmailAddress accepted(String text) {
        return EmailAddress.parse(text).orElseThrow(() -> new AssertionError("refused: " + text));
    }
}
