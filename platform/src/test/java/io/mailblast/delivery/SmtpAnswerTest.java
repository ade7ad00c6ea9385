package io.mailblast.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.delivery.SmtpAnswer.Stage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmtpAnswerTest {

    /// Texts as Postfix, Exim, Gmail, Outlook, Yahoo and Amazon's relay write them.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SENDER    | 421 4.3.2 Service not available, closing channel          | PROVIDER | 5
            SENDER    | 452 4.3.1 Insufficient system storage                     | PROVIDER | 5
            SENDER    | 451 4.3.0 Temporary lookup failure                        | PROVIDER | 5
            SENDER    | 454 4.7.0 Temporary authentication failure                | PROVIDER | 5
            SENDER    | 450 4.7.1 Error: too much mail from 192.0.2.1             | RATE     | 1
            SENDER    | 452 4.7.1 Too many messages on this connection            | RATE     | 1
            SENDER    | 451 4.1.8 Domain of sender address does not resolve       | MESSAGE  | 1
            SENDER    | 550 5.7.1 Sender not allowed                              | refused  |
            SENDER    | 552 5.3.4 Message size exceeds fixed limit                | refused  |
            SENDER    | 530 5.7.0 Authentication required                         | ACCOUNT  | 60
            SENDER    | 535 Authentication Credentials Invalid                    | ACCOUNT  | 60
            RECIPIENT | 450 4.2.0 <a@b.c>: Greylisted, see http://example.org/    | MESSAGE  | 60
            RECIPIENT | 451 4.7.1 Greylisting in action, please come back in 300 seconds | MESSAGE | 300
            RECIPIENT | 451 4.7.1 Try again later                                 | MESSAGE  | 1
            RECIPIENT | 450 4.7.1 <a@b.example>: Recipient address rejected: Policy restriction | MESSAGE | 1
            RECIPIENT | 450 4.7.1 <a@b.example>: Recipient address rejected: Rate limit reached | DOMAIN  | 1
            RECIPIENT | 450 4.7.1 Client host rejected: try again in 5 minutes    | DOMAIN   | 300
            RECIPIENT | 421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume | DOMAIN | 1
            RECIPIENT | 421 4.7.28 Gmail has detected an unusual rate of mail     | DOMAIN   | 1
            RECIPIENT | 450 Rate limit exceeded for this domain                   | DOMAIN   | 1
            RECIPIENT | 452 4.2.2 Mailbox full                                    | MESSAGE  | 1
            RECIPIENT | 450 4.1.1 mailbox unavailable                             | MESSAGE  | 1
            RECIPIENT | 451 4.3.0 Temporary lookup failure                        | MESSAGE  | 1
            RECIPIENT | 421 4.3.2 going down                                      | PROVIDER | 5
            RECIPIENT | 550 5.1.1 no such user                                    | refused  |
            CONTENT   | 451 4.3.0 Error: queue file write error                   | MESSAGE  | 1
            CONTENT   | 421 4.7.26 unauthenticated mail is rate limited           | DOMAIN   | 1
            CONTENT   | 454 Throttling failure: Maximum sending rate exceeded.    | RATE     | 1
            CONTENT   | 454 Throttling failure: Daily message quota exceeded.     | QUOTA    | 600
            CONTENT   | 554 5.7.1 spam                                            | refused  |
            CONTENT   | 451 4.7.1 try again in 99999 seconds                      | DOMAIN   | 3600
            """)
    void theWordsSayWhomAnAnswerIsAbout(Stage stage, String answer, String expected, Long afterSeconds)
            throws IOException {
        SmtpReply reply = SmtpReply.read(
                new SmtpLines(new ByteArrayInputStream((answer + "\r\n").getBytes(StandardCharsets.US_ASCII))));

        Outcome outcome = SmtpAnswer.of(reply, stage);

        if (expected.equals("refused")) {
            assertThat(outcome).isEqualTo(new Outcome.Refused(answer));
        } else {
            assertThat(outcome)
                    .isEqualTo(new Outcome.Deferred(
                            answer, Duration.ofSeconds(afterSeconds), Outcome.Scope.valueOf(expected)));
        }
    }
}
