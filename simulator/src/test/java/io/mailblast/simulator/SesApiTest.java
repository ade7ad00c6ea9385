package io.mailblast.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.AccountSuspendedException;
import software.amazon.awssdk.services.sesv2.model.AlreadyExistsException;
import software.amazon.awssdk.services.sesv2.model.BadRequestException;
import software.amazon.awssdk.services.sesv2.model.BulkEmailEntry;
import software.amazon.awssdk.services.sesv2.model.BulkEmailStatus;
import software.amazon.awssdk.services.sesv2.model.LimitExceededException;
import software.amazon.awssdk.services.sesv2.model.MailFromDomainNotVerifiedException;
import software.amazon.awssdk.services.sesv2.model.MessageRejectedException;
import software.amazon.awssdk.services.sesv2.model.NotFoundException;
import software.amazon.awssdk.services.sesv2.model.SendBulkEmailResponse;
import software.amazon.awssdk.services.sesv2.model.SendingPausedException;
import software.amazon.awssdk.services.sesv2.model.SesV2Exception;
import software.amazon.awssdk.services.sesv2.model.SuppressionListReason;
import software.amazon.awssdk.services.sesv2.model.TooManyRequestsException;
import software.amazon.awssdk.services.sesv2.model.VerificationStatus;

/// The real SDK against the running simulator.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SesApiTest {

    private static final String NO_FAULTS = """
            {"error_rate":0,"latency_ms":0,"garbage_rate":0,"drop_rate":0,"account":"active","rate":100000,"quota":-1}""";
    private static final String SIGNATURE = "AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/ses/aws4_request,"
            + " SignedHeaders=host, Signature=" + "0".repeat(64);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path home;

    @SuppressWarnings("NullAway.Init")
    private Running running;

    @SuppressWarnings("NullAway.Init")
    private SesV2Client ses;

    @BeforeAll
    void start() throws Exception {
        running = Running.start(Running.Choice.in(home));
        ses = running.ses();
    }

    @AfterAll
    void stop() {
        ses.close();
        running.close();
    }

    @AfterEach
    void repair() throws Exception {
        assertThat(running.post("/simulator/faults", NO_FAULTS).statusCode()).isEqualTo(200);
    }

    private void fault(String json) throws Exception {
        assertThat(running.post("/simulator/faults", json).statusCode()).isEqualTo(200);
    }

    /// The newest record with this message id.
    private JsonNode recorded(String messageId) throws Exception {
        JsonNode page = running.json("/simulator/record?after=0&limit=10000");
        for (JsonNode record : page.path("records")) {
            if (record.path("message_id").asText().equals(messageId)) {
                return record;
            }
        }
        throw new AssertionError(messageId + " is not in the record");
    }

    private long accepted() throws Exception {
        return running.counts().path("accepted").asLong();
    }

    @Test
    void aSimpleMailIsRecordedBeforeItIsAnswered() throws Exception {
        String id = ses.sendEmail(Mails.with("ann@example.net", "<p>Grüße</p>")
                        .emailTags(Mails.tag("campaign", "42"), Mails.tag("recipient", "7"))
                        .build())
                .messageId();

        JsonNode record = recorded(id);
        assertThat(record.path("recipient").asText()).isEqualTo("ann@example.net");
        assertThat(record.path("subject").asText()).isEqualTo("Greetings");
        assertThat(record.path("tags").path("campaign").asText()).isEqualTo("42");
        assertThat(record.path("tags").path("recipient").asText()).isEqualTo("7");
        assertThat(record.path("sha256").asText()).hasSize(64);
    }

    @Test
    void eachRecipientOfAMailHasALineOfItsOwn() throws Exception {
        long before = accepted();

        String id = ses.sendEmail(Mails.to("a@example.net")
                        .destination(it -> it.toAddresses("a@example.net", "B <b@example.net>")
                                .bccAddresses("c@example.net"))
                        .build())
                .messageId();

        assertThat(accepted() - before).isEqualTo(3);
        assertThat(recorded(id).path("destination")).hasSize(3);
    }

    @Test
    void aRawMailKeepsItsBytesAndGivesItsTags() throws Exception {
        String mail = """
                From: News <news@example.com>\r
                To: =?utf-8?B?w4RubmU=?= <anne@example.net>\r
                Subject: =?utf-8?B?R3LDvMOfZQ==?=\r
                X-SES-MESSAGE-TAGS: campaign=9, kind=test\r
                \r
                Hello\r
                """;

        String id = ses.sendEmail(
                        it -> it.content(content -> content.raw(raw -> raw.data(SdkBytes.fromUtf8String(mail)))))
                .messageId();

        JsonNode record = recorded(id);
        assertThat(record.path("recipient").asText()).isEqualTo("anne@example.net");
        assertThat(record.path("subject").asText()).isEqualTo("Grüße");
        assertThat(record.path("tags").path("kind").asText()).isEqualTo("test");
        assertThat(record.path("size").asInt()).isEqualTo(mail.getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void aTemplateInTheRequestIsRendered() throws Exception {
        String id = ses.sendEmail(it -> it.fromEmailAddress("news@example.com")
                        .destination(to -> to.toAddresses("t@example.net"))
                        .content(content -> content.template(template -> template.templateContent(
                                        parts -> parts.subject("Hi {{name}}").html("<b>{{name}}</b>"))
                                .templateData("{\"name\":\"Zoë\"}"))))
                .messageId();

        assertThat(recorded(id).path("subject").asText()).isEqualTo("Hi Zoë");
    }

    @Test
    void aBulkRequestGivesEachEntryItsOwnContentTagsAndOutcome() throws Exception {
        SendBulkEmailResponse answer = ses.sendBulkEmail(it -> it.fromEmailAddress("news@example.com")
                .defaultContent(content -> content.template(template -> template.templateContent(
                                parts -> parts.subject("Hi {{name}}").html("<p>{{{body}}}</p>"))
                        .templateData("{\"body\":\"default\"}")))
                .defaultEmailTags(Mails.tag("campaign", "bulk"))
                .bulkEmailEntries(
                        entry("one@example.net", "One"),
                        entry("two@example.net", "Two"),
                        BulkEmailEntry.builder()
                                .destination(to -> to.toAddresses("nameless@example.net"))
                                .build()));

        assertThat(answer.bulkEmailEntryResults())
                .extracting(result -> result.status())
                .containsExactly(BulkEmailStatus.SUCCESS, BulkEmailStatus.SUCCESS, BulkEmailStatus.FAILED);
        JsonNode second = recorded(answer.bulkEmailEntryResults().get(1).messageId());
        assertThat(second.path("subject").asText()).isEqualTo("Hi Two");
        assertThat(second.path("tags").path("campaign").asText()).isEqualTo("bulk");
        assertThat(second.path("tags").path("who").asText()).isEqualTo("Two");
        String source = running.get("/mail/" + second.path("number").asLong() + "/source")
                .body();
        assertThat(source).contains("X-Who: Two").contains("<p>default</p>");
    }

    private static BulkEmailEntry entry(String address, String name) {
        return BulkEmailEntry.builder()
                .destination(to -> to.toAddresses(address))
                .replacementEmailContent(content -> content.replacementTemplate(
                        template -> template.replacementTemplateData("{\"name\":\"" + name + "\"}")))
                .replacementHeaders(Mails.header("X-Who", name))
                .replacementTags(Mails.tag("who", name))
                .build();
    }

    @Test
    void theAccountShowsQuotaAndRate() throws Exception {
        ses.sendEmail(Mails.to("quota@example.net").build());
        fault("{\"rate\":14,\"quota\":200}");

        var account = ses.getAccount(_ -> {});

        assertThat(account.sendQuota().maxSendRate()).isEqualTo(14);
        assertThat(account.sendQuota().max24HourSend()).isEqualTo(200);
        assertThat(account.sendQuota().sentLast24Hours()).isEqualTo((double) accepted());
        assertThat(account.productionAccessEnabled()).isTrue();
        assertThat(account.sendingEnabled()).isTrue();
        assertThat(account.enforcementStatus()).isEqualTo("HEALTHY");
    }

    @Test
    void identitiesAreVerifiedFromTheStartUntilTheyAreDeleted() {
        assertThat(ses.getEmailIdentity(it -> it.emailIdentity("anybody@shop.example"))
                        .verificationStatus())
                .isEqualTo(VerificationStatus.SUCCESS);
        ses.createEmailIdentity(it -> it.emailIdentity("shop.example"));
        assertThat(ses.listEmailIdentities(_ -> {}).emailIdentities())
                .extracting(it -> it.identityName())
                .contains("shop.example");
        assertThatThrownBy(() -> ses.createEmailIdentity(it -> it.emailIdentity("shop.example")))
                .isInstanceOf(AlreadyExistsException.class);

        ses.deleteEmailIdentity(it -> it.emailIdentity("shop.example"));

        assertThatThrownBy(() -> ses.getEmailIdentity(it -> it.emailIdentity("shop.example")))
                .isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> ses.deleteEmailIdentity(it -> it.emailIdentity("shop.example")))
                .isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> ses.sendEmail(Mails.to("x@example.net")
                        .fromEmailAddress("Shop <news@shop.example>")
                        .build()))
                .isInstanceOf(MessageRejectedException.class)
                .hasMessageContaining("not verified");
    }

    @Test
    void theSuppressionListIsKeptAndObeyed() throws Exception {
        ses.putSuppressedDestination(it -> it.emailAddress("Gone@example.net").reason(SuppressionListReason.COMPLAINT));
        assertThat(ses.getSuppressedDestination(it -> it.emailAddress("gone@example.net"))
                        .suppressedDestination()
                        .reason())
                .isEqualTo(SuppressionListReason.COMPLAINT);
        assertThat(ses.listSuppressedDestinations(it -> {}).suppressedDestinationSummaries())
                .hasSize(1);
        long bounced = running.settled().path("bounced").asLong();

        ses.sendEmail(Mails.to("gone@example.net").build());

        assertThat(running.settled().path("bounced").asLong()).isEqualTo(bounced + 1);
        ses.deleteSuppressedDestination(it -> it.emailAddress("gone@example.net"));
        assertThatThrownBy(() -> ses.getSuppressedDestination(it -> it.emailAddress("gone@example.net")))
                .isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> ses.deleteSuppressedDestination(it -> it.emailAddress("gone@example.net")))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void whatIsSentTooFastIsThrottledAndCounted() throws Exception {
        long before = accepted();
        long throttled = running.counts().path("throttled").asLong();
        fault("{\"rate\":1}");

        List<String> outcomes = IntStream.range(0, 5)
                .mapToObj(i -> {
                    try {
                        ses.sendEmail(Mails.to("fast@example.net").build());
                        return "accepted";
                    } catch (TooManyRequestsException e) {
                        assertThat(e.statusCode()).isEqualTo(429);
                        assertThat(e.awsErrorDetails().errorMessage()).isEqualTo("Maximum sending rate exceeded.");
                        assertThat(e.isThrottlingException()).isTrue();
                        return "throttled";
                    }
                })
                .toList();

        int refused = Collections.frequency(outcomes, "throttled");
        assertThat(refused).isPositive();
        assertThat(accepted() - before).isEqualTo(5 - refused);
        assertThat(running.counts().path("throttled").asLong() - throttled).isEqualTo(refused);
    }

    @Test
    void aBulkRequestBeyondTheQuotaSaysSoForEachEntry() throws Exception {
        fault("{\"quota\":0}");

        SendBulkEmailResponse answer = ses.sendBulkEmail(it -> it.fromEmailAddress("news@example.com")
                .defaultContent(content -> content.template(template ->
                        template.templateContent(parts -> parts.subject("x").text("y"))))
                .bulkEmailEntries(entry("one@example.net", "One")));

        assertThat(answer.bulkEmailEntryResults().getFirst().status())
                .isEqualTo(BulkEmailStatus.ACCOUNT_DAILY_QUOTA_EXCEEDED);
        assertThatThrownBy(() -> ses.sendEmail(Mails.to("late@example.net").build()))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("Daily message quota exceeded");
    }

    @Test
    void anAccountThatMayNotSendSaysWhy() throws Exception {
        fault("{\"account\":\"paused\"}");
        assertThatThrownBy(() -> ses.sendEmail(Mails.to("x@example.net").build()))
                .isInstanceOf(SendingPausedException.class);
        assertThat(ses.getAccount(_ -> {}).sendingEnabled()).isFalse();

        fault("{\"account\":\"suspended\"}");

        assertThatThrownBy(() -> ses.sendEmail(Mails.to("x@example.net").build()))
                .isInstanceOf(AccountSuspendedException.class);
    }

    @Test
    void aFaultAnswersWithTheErrorThatWasAskedFor() throws Exception {
        long before = accepted();
        fault("{\"error_rate\":1,\"error\":\"MailFromDomainNotVerifiedException\"}");

        assertThatThrownBy(() -> ses.sendEmail(Mails.to("x@example.net").build()))
                .isInstanceOf(MailFromDomainNotVerifiedException.class);
        assertThat(accepted()).isEqualTo(before);
    }

    @Test
    void aConnectionDroppedAfterAcceptanceLeavesTheMailInTheRecord() throws Exception {
        long before = accepted();
        fault("{\"drop_rate\":1}");

        assertThatThrownBy(() -> ses.sendEmail(Mails.to("doubt@example.net").build()))
                .isInstanceOf(SdkClientException.class);
        assertThat(accepted()).isEqualTo(before + 1);
    }

    @Test
    void aGarbageAnswerLeavesTheMailInTheRecord() throws Exception {
        long before = accepted();
        fault("{\"garbage_rate\":1}");

        assertThatThrownBy(() -> ses.sendEmail(Mails.to("doubt@example.net").build()))
                .isInstanceOf(SdkClientException.class);
        assertThat(accepted()).isEqualTo(before + 1);
    }

    @Test
    void moreThanFiftyRecipientsAreRejected() {
        List<String> many =
                IntStream.range(0, 51).mapToObj(i -> "r" + i + "@example.net").toList();

        assertThatThrownBy(() -> ses.sendEmail(Mails.to("x@example.net")
                        .destination(it -> it.toAddresses(many))
                        .build()))
                .isInstanceOf(MessageRejectedException.class);
    }

    @Test
    void anAddressThatIsNoneIsABadRequest() {
        assertThatThrownBy(() -> ses.sendEmail(Mails.to("nobody").build()))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("Missing final '@domain'");
        assertThatThrownBy(() -> ses.sendEmail(Mails.to("x@example.net")
                        .emailTags(Mails.tag("bad tag", "x"))
                        .build()))
                .isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> ses.getEmailIdentity(it -> it.emailIdentity("not a domain")))
                .isInstanceOf(BadRequestException.class);
    }

    @Test
    void aStoredTemplateDoesNotExist() {
        assertThatThrownBy(() -> ses.sendEmail(it -> it.fromEmailAddress("news@example.com")
                        .destination(to -> to.toAddresses("x@example.net"))
                        .content(content -> content.template(template -> template.templateName("welcome")))))
                .isInstanceOf(NotFoundException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\"x\"",
                "{",
                "{}",
                "{\"Content\":1}",
                "{\"Content\":{\"Raw\":{\"Data\":\"%%%\"}}}",
                "{\"Content\":{\"Raw\":{\"Data\":\"SGVsbG8=\"}}}",
                "{\"Content\":{\"Simple\":{}},\"Destination\":{}}",
                "{\"Content\":{\"Simple\":{\"Subject\":{\"Data\":\"x\"},\"Body\":{}}},\"Destination\":{\"ToAddresses\":\"a@b.c\"}}",
                "{\"BulkEmailEntries\":[]}"
            })
    void aMalformedRequestIsABadRequest(String body) throws Exception {
        for (String path :
                List.of("/v2/email/outbound-emails", "/v2/email/outbound-bulk-emails", "/v2/email/identities")) {
            HttpResponse<String> answer =
                    running.post(path, body, "Authorization", SIGNATURE, "Content-Type", "application/json");

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.headers().firstValue("x-amzn-ErrorType")).contains("BadRequestException");
            assertThat(answer.body()).contains("\"message\"");
        }
    }

    @Test
    void whatDoesNotLookSignedIsForbidden() throws Exception {
        assertThat(running.post("/v2/email/outbound-emails", "{}").headers().firstValue("x-amzn-ErrorType"))
                .contains("MissingAuthenticationTokenException");
        HttpResponse<String> basic = running.post("/v2/email/outbound-emails", "{}", "Authorization", "Basic eDp5");
        assertThat(basic.statusCode()).isEqualTo(403);
        assertThat(basic.headers().firstValue("x-amzn-ErrorType")).contains("IncompleteSignatureException");
    }

    @Test
    void anActionThatDoesNotExistIsUnknown() {
        assertThatThrownBy(() -> ses.listContactLists(it -> {}))
                .isInstanceOf(SesV2Exception.class)
                .satisfies(e -> assertThat(((SesV2Exception) e).statusCode()).isEqualTo(404));
    }

    @Test
    void twoMailsForOneRecipientOfOneCampaignAreADuplicate() throws Exception {
        long before = running.counts().path("duplicates").asLong();

        for (String campaign : List.of("d1", "d2", "d1")) {
            ses.sendEmail(Mails.to("twice@example.net")
                    .emailTags(Mails.tag("campaign", campaign))
                    .build());
        }

        assertThat(running.counts().path("duplicates").asLong()).isEqualTo(before + 1);
    }
}
