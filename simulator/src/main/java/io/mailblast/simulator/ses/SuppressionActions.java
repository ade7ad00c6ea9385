package io.mailblast.simulator.ses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.simulator.account.Suppressions;
import io.mailblast.simulator.account.Suppressions.Suppression;
import io.mailblast.simulator.mail.Addresses;
import java.time.InstantSource;

/// PutSuppressedDestination, GetSuppressedDestination, DeleteSuppressedDestination, ListSuppressedDestinations.
final class SuppressionActions {

    private final Suppressions suppressions;
    private final InstantSource clock;

    SuppressionActions(Suppressions suppressions, InstantSource clock) {
        this.suppressions = suppressions;
        this.clock = clock;
    }

    JsonNode put(byte[] body) {
        Fields request = Fields.of(body);
        String address = checked(request.requiredText("EmailAddress"));
        String reason = request.requiredText("Reason");
        if (!reason.equals("BOUNCE") && !reason.equals("COMPLAINT")) {
            throw SesError.BAD_REQUEST.because("Reason must be BOUNCE or COMPLAINT.");
        }
        suppressions.put(address, reason, clock.instant());
        return JsonNodeFactory.instance.objectNode();
    }

    JsonNode get(String name) {
        Suppression found = suppressions.get(checked(name)).orElseThrow(() -> missing(name));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        write(answer.putObject("SuppressedDestination"), found);
        return answer;
    }

    JsonNode delete(String name) {
        if (!suppressions.remove(checked(name))) {
            throw missing(name);
        }
        return JsonNodeFactory.instance.objectNode();
    }

    JsonNode list() {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode list = answer.putArray("SuppressedDestinationSummaries");
        suppressions.all().forEach(suppression -> write(list.addObject(), suppression));
        return answer;
    }

    private static void write(ObjectNode node, Suppression suppression) {
        node.put("EmailAddress", suppression.address())
                .put("Reason", suppression.reason())
                .put("LastUpdateTime", suppression.since().toEpochMilli() / 1000.0);
    }

    private static String checked(String address) {
        return Addresses.bare(address)
                .filter(address::equals)
                .orElseThrow(() -> SesError.BAD_REQUEST.because("EmailAddress is not an email address."));
    }

    private static SesException missing(String address) {
        return SesError.NOT_FOUND.because("Email address " + address + " does not exist on your suppression list.");
    }
}
