package io.mailblast.simulator.ses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.simulator.account.Identities;
import io.mailblast.simulator.mail.Addresses;
import java.util.regex.Pattern;

/// CreateEmailIdentity, GetEmailIdentity, DeleteEmailIdentity, ListEmailIdentities.
final class IdentityActions {

    private static final Pattern DOMAIN = Pattern.compile(
            "(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+");

    private final Identities identities;

    IdentityActions(Identities identities) {
        this.identities = identities;
    }

    JsonNode create(byte[] body) {
        String identity = checked(Fields.of(body).requiredText("EmailIdentity"));
        if (!identities.create(identity)) {
            throw SesError.ALREADY_EXISTS.because("Email identity " + identity + " already exist.");
        }
        ObjectNode answer = JsonNodeFactory.instance
                .objectNode()
                .put("IdentityType", type(identity))
                .put("VerifiedForSendingStatus", true);
        dkim(answer);
        return answer;
    }

    JsonNode get(String name) {
        String identity = existing(name);
        ObjectNode answer = JsonNodeFactory.instance
                .objectNode()
                .put("IdentityType", type(identity))
                .put("FeedbackForwardingStatus", true)
                .put("VerifiedForSendingStatus", true)
                .put("VerificationStatus", "SUCCESS");
        dkim(answer);
        answer.putObject("MailFromAttributes").put("BehaviorOnMxFailure", "USE_DEFAULT_VALUE");
        answer.putObject("Policies");
        answer.putArray("Tags");
        return answer;
    }

    JsonNode delete(String name) {
        String identity = existing(name);
        if (!identities.delete(identity)) {
            throw SesError.NOT_FOUND.because("Email identity " + identity + " does not exist.");
        }
        return JsonNodeFactory.instance.objectNode();
    }

    JsonNode list() {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode list = answer.putArray("EmailIdentities");
        for (String identity : identities.created()) {
            list.addObject()
                    .put("IdentityName", identity)
                    .put("IdentityType", type(identity))
                    .put("SendingEnabled", true)
                    .put("VerificationStatus", "SUCCESS");
        }
        return answer;
    }

    private String existing(String name) {
        String identity = checked(name);
        if (!identities.exists(identity)) {
            throw SesError.NOT_FOUND.because("Email identity " + identity + " does not exist.");
        }
        return identity;
    }

    private static String checked(String identity) {
        boolean good = identity.indexOf('@') >= 0
                ? Addresses.bare(identity).filter(identity::equals).isPresent()
                : DOMAIN.matcher(identity).matches();
        if (!good) {
            throw SesError.BAD_REQUEST.because("Invalid email identity: neither an address nor a domain.");
        }
        return identity;
    }

    private static String type(String identity) {
        return identity.indexOf('@') >= 0 ? "EMAIL_ADDRESS" : "DOMAIN";
    }

    private static void dkim(ObjectNode answer) {
        ObjectNode dkim = answer.putObject("DkimAttributes");
        dkim.put("SigningEnabled", true).put("Status", "SUCCESS").put("SigningAttributesOrigin", "AWS_SES");
        dkim.putArray("Tokens").add("simulator1").add("simulator2").add("simulator3");
    }
}
