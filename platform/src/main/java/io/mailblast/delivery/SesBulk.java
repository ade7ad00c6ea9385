package io.mailblast.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.BulkEmailEntry;
import software.amazon.awssdk.services.sesv2.model.BulkEmailEntryResult;
import software.amazon.awssdk.services.sesv2.model.MessageHeader;
import software.amazon.awssdk.services.sesv2.model.SendBulkEmailRequest;

/// Amazon SES's `SendBulkEmail` with the template in the request (API v2 Reference, "SendBulkEmail", "Template"). SES
/// writes the MIME, Message-ID and Date; headers and tags are each mail's own.
final class SesBulk implements BulkDelivery {

    /// "Up to 50 destinations" (API v2 Reference, "SendBulkEmail").
    private static final int MOST = 50;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final SesV2Client client;
    private final String configurationSet;
    private final BiFunction<SdkException, Set<String>, Outcome> problems;

    /// @param problems what an exception comes to, for a request to these addresses
    SesBulk(SesV2Client client, String configurationSet, BiFunction<SdkException, Set<String>, Outcome> problems) {
        this.client = client;
        this.configurationSet = configurationSet;
        this.problems = problems;
    }

    @Override
    public int most() {
        return MOST;
    }

    @Override
    public List<Outcome> send(Content content, List<Recipient> mails) {
        if (mails.isEmpty() || mails.size() > MOST) {
            throw new IllegalArgumentException("a request has 1 to " + MOST + " mails, not " + mails.size());
        }
        return request(content, mails);
    }

    /// A request that is refused as a whole has sent nothing, and one of its mails may be the reason for all: each half
    /// is asked for by itself then, so that only that one is refused.
    private List<Outcome> request(Content content, List<Recipient> mails) {
        try {
            return outcomes(client.sendBulkEmail(written(content, mails)).bulkEmailEntryResults(), mails);
        } catch (SdkException e) {
            Outcome problem = problems.apply(
                    e, mails.size() == 1 ? Set.of(mails.getFirst().to()) : Set.of());
            if (!(problem instanceof Outcome.Refused) || mails.size() == 1) {
                return Collections.nCopies(mails.size(), problem);
            }
            List<Outcome> both = new ArrayList<>(request(content, mails.subList(0, mails.size() / 2)));
            both.addAll(request(content, mails.subList(mails.size() / 2, mails.size())));
            return both;
        }
    }

    private static List<Outcome> outcomes(List<BulkEmailEntryResult> results, List<Recipient> mails) {
        if (results.size() != mails.size()) {
            return Collections.nCopies(
                    mails.size(),
                    new Outcome.InDoubt("the provider answered for " + results.size() + " mails, not " + mails.size()));
        }
        List<Outcome> outcomes = new ArrayList<>(mails.size());
        for (int i = 0; i < mails.size(); i++) {
            outcomes.add(outcome(results.get(i), mails.get(i)));
        }
        return outcomes;
    }

    private static Outcome outcome(BulkEmailEntryResult result, Recipient mail) {
        String status = String.valueOf(result.statusAsString());
        if (!status.equals("SUCCESS")) {
            return SesAnswer.ofEntry(status, result.error() == null ? "" : result.error(), mail.to());
        }
        String id = result.messageId();
        return id == null || id.isBlank()
                ? new Outcome.InDoubt("the provider answered without a message id")
                : new Outcome.Accepted(id);
    }

    private SendBulkEmailRequest written(Content content, List<Recipient> mails) {
        SendBulkEmailRequest.Builder request = SendBulkEmailRequest.builder()
                .fromEmailAddress(content.from())
                .defaultEmailTags(SesDelivery.tag(Mail.CAMPAIGN_TAG_NAME, content.campaign()))
                .defaultContent(all ->
                        all.template(template -> template.templateContent(parts -> parts.subject(content.subject())
                                        .text(content.text())
                                        .html(content.html()))
                                .templateData("{}")))
                .bulkEmailEntries(mails.stream().map(SesBulk::entry).toList());
        if (!content.replyTo().isEmpty()) {
            request.replyToAddresses(content.replyTo());
        }
        if (!configurationSet.isEmpty()) {
            request.configurationSetName(configurationSet);
        }
        return request.build();
    }

    private static BulkEmailEntry entry(Recipient mail) {
        return BulkEmailEntry.builder()
                .destination(destination -> destination.toAddresses(mail.to()))
                .replacementTags(SesDelivery.tag(Mail.TAG_NAME, mail.tag()))
                .replacementHeaders(mail.headers().entrySet().stream()
                        .map(header -> MessageHeader.builder()
                                .name(header.getKey())
                                .value(header.getValue())
                                .build())
                        .toList())
                .replacementEmailContent(own ->
                        own.replacementTemplate(template -> template.replacementTemplateData(json(mail.values()))))
                .build();
    }

    private static String json(Map<String, String> values) {
        try {
            return JSON.writeValueAsString(values);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts are always JSON", e);
        }
    }
}
