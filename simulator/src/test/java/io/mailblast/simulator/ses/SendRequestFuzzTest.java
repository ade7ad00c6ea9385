package io.mailblast.simulator.ses;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mailblast.simulator.record.Submission;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever bytes come, the answer is a mail or a documented error.
final class SendRequestFuzzTest {

    private static final String SINGLE = """
            {"FromEmailAddress":"N <n@example.com>","Destination":{"ToAddresses":["a@example.net"],"CcAddresses":[]},
            "ReplyToAddresses":["r@example.com"],"EmailTags":[{"Name":"campaign","Value":"1"}],
            "Content":{"Simple":{"Subject":{"Data":"Hi"},"Headers":[{"Name":"X-A","Value":"b"}],
            "Body":{"Html":{"Data":"<p>x</p>"},"Text":{"Data":"x"}}}}}""";
    private static final String BULK = """
            {"FromEmailAddress":"n@example.com","DefaultContent":{"Template":{"TemplateContent":{"Subject":"{{a}}",
            "Html":"{{{b.c}}}"},"TemplateData":"{\\"a\\":1,\\"b\\":{\\"c\\":2}}"}},
            "BulkEmailEntries":[{"Destination":{"ToAddresses":["a@example.net"]},
            "ReplacementEmailContent":{"ReplacementTemplate":{"ReplacementTemplateData":"{\\"a\\":3}"}},
            "ReplacementHeaders":[{"Name":"X-A","Value":"b"}],"ReplacementTags":[{"Name":"x","Value":"y"}]}]}""";

    private static void take(byte[] body) {
        try {
            check(SendRequest.single(body, Instant.EPOCH));
        } catch (SesException e) {
            assertThat(e.error().status()).isBetween(400, 499);
        }
        try {
            for (SendRequest.Entry entry : SendRequest.bulk(body, Instant.EPOCH)) {
                if (entry instanceof SendRequest.Entry.Ready ready) {
                    check(ready.mail());
                }
            }
        } catch (SesException e) {
            assertThat(e.error().status()).isBetween(400, 499);
        }
    }

    private static void check(Submission mail) {
        assertThat(mail.recipients()).isNotEmpty().hasSizeLessThanOrEqualTo(50);
        assertThat(mail.content()).isNotEmpty();
    }

    @FuzzTest
    void anyBytesAreARequestOrAnError(byte[] body) {
        take(body);
    }

    @Test
    void damagedRequestsAreRequestsOrErrors() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (String good : new String[] {SINGLE, BULK}) {
            for (int i = 0; i < 3_000; i++) {
                byte[] body = good.getBytes(StandardCharsets.UTF_8);
                for (int damage = random.nextInt(4); damage >= 0; damage--) {
                    body[random.nextInt(body.length)] = (byte) random.nextInt(256);
                }
                try {
                    take(body);
                } catch (RuntimeException e) {
                    throw new AssertionError("seed " + seed + ": " + new String(body, StandardCharsets.ISO_8859_1), e);
                }
            }
        }
    }

    @Test
    void bothSamplesAreAccepted() {
        assertThat(SendRequest.single(SINGLE.getBytes(StandardCharsets.UTF_8), Instant.EPOCH)
                        .campaign())
                .contains("1");
        assertThat(SendRequest.bulk(BULK.getBytes(StandardCharsets.UTF_8), Instant.EPOCH))
                .singleElement()
                .isInstanceOfSatisfying(
                        SendRequest.Entry.Ready.class,
                        entry -> assertThat(entry.mail().subject()).isEqualTo("3"));
    }

    @Test
    void aHeaderValueCannotBeginAnotherHeader() {
        String evil = SINGLE.replace("\"Data\":\"Hi\"", "\"Data\":\"Hi\\r\\nBcc: victim@example.net\"");

        Submission mail = SendRequest.single(evil.getBytes(StandardCharsets.UTF_8), Instant.EPOCH);

        assertThat(new String(mail.content(), StandardCharsets.UTF_8)).doesNotContain("\nBcc:");
    }
}
