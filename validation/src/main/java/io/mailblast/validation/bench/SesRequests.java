package io.mailblast.validation.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.http.HttpRequests;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.traffic.Samples;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// `SendEmail` of the SES API v2, made once: what a client sends that does nothing but send.
final class SesRequests {

    /// The shape of Signature Version 4. The simulator looks at no more, so the plain client is spared the signing that
    /// MailBlast does: the ceiling is the higher for it.
    private static final String AUTHORIZATION = "Authorization: AWS4-HMAC-SHA256"
            + " Credential=sandbox/20260101/us-east-1/ses/aws4_request,"
            + " SignedHeaders=host;x-amz-date, Signature=" + "0".repeat(64) + "\r\nX-Amz-Date: 20260101T000000Z\r\n";

    private SesRequests() {}

    /// @param mime a whole mail, headers and all
    static byte[] sendEmail(String base, String recipient, String mime) {
        ObjectNode body = ApiClient.JSON.createObjectNode();
        body.put("FromEmailAddress", Samples.SENDER);
        body.putObject("Destination").putArray("ToAddresses").add(recipient);
        body.putObject("Content")
                .putObject("Raw")
                .put("Data", Base64.getEncoder().encodeToString(mime.getBytes(StandardCharsets.UTF_8)));
        return HttpRequests.postJson(base, "/v2/email/outbound-emails", AUTHORIZATION, body.toString());
    }
}
