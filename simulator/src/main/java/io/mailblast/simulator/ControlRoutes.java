package io.mailblast.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.mailblast.simulator.account.Faults;
import io.mailblast.simulator.account.Intake;
import io.mailblast.simulator.account.SendingAccount;
import io.mailblast.simulator.recipient.Behaviour;
import io.mailblast.simulator.recipient.Reactions;
import io.mailblast.simulator.record.Counts;
import io.mailblast.simulator.record.Ledger;
import io.mailblast.simulator.sns.Notifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;

/// Routes under `/simulator`, for tests and proofs: the record, the counts, and the knobs. Bad input is
/// answered with 400 and `{"message": …}`, and changes nothing.
final class ControlRoutes implements HttpService {

    private static final int MAX_PAGE = 10_000;
    private static final int DEFAULT_PAGE = 1_000;
    private static final Set<String> BEHAVIOUR_KEYS =
            Set.of("bounce", "complaint", "open", "click", "unsubscribe", "delivery_delay_ms", "reaction_ms", "quiet");
    private static final Set<String> FAULT_KEYS =
            Set.of("error_rate", "error", "latency_ms", "garbage_rate", "drop_rate", "account", "rate", "quota");
    private static final Set<String> ERRORS = Set.of(
            "AccountSuspendedException",
            "BadRequestException",
            "InternalServiceErrorException",
            "LimitExceededException",
            "MailFromDomainNotVerifiedException",
            "MessageRejected",
            "NotFoundException",
            "SendingPausedException",
            "ServiceUnavailableException",
            "TooManyRequestsException");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Ledger ledger;
    private final Intake intake;
    private final Reactions reactions;
    private final Notifier notifier;
    private final SendingAccount account;
    private final Faults.Switch faults;

    ControlRoutes(
            Ledger ledger,
            Intake intake,
            Reactions reactions,
            Notifier notifier,
            SendingAccount account,
            Faults.Switch faults) {
        this.ledger = ledger;
        this.intake = intake;
        this.reactions = reactions;
        this.notifier = notifier;
        this.account = account;
        this.faults = faults;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/record", this::record);
        rules.get("/counts", (_, response) -> json(response, 200, counts()));
        rules.get("/behaviour", (_, response) -> json(response, 200, behaviour()));
        rules.post("/behaviour", (request, response) -> change(request, response, this::changeBehaviour));
        rules.get("/faults", (_, response) -> json(response, 200, faults()));
        rules.post("/faults", (request, response) -> change(request, response, this::changeFaults));
        rules.any("/*", (_, response) -> json(response, 404, message("There is nothing here.")));
    }

    /// `after` is the number of the first record wanted: the `next` of the page before.
    private void record(ServerRequest request, ServerResponse response) throws IOException {
        long after;
        int limit;
        try {
            after = Long.parseLong(request.query().first("after").orElse("0"));
            limit = Integer.parseInt(request.query().first("limit").orElse(Integer.toString(DEFAULT_PAGE)));
        } catch (NumberFormatException e) {
            json(response, 400, message("after and limit must be numbers."));
            return;
        }
        if (after < 0 || limit < 1 || limit > MAX_PAGE) {
            json(response, 400, message("after must be 0 or more, limit 1 to " + MAX_PAGE + "."));
            return;
        }
        ByteArrayOutputStream page = new ByteArrayOutputStream(limit * 400);
        page.writeBytes("{\"records\":".getBytes(StandardCharsets.US_ASCII));
        long next = ledger.page(after, limit, page);
        page.writeBytes((",\"next\":" + next + ",\"size\":" + ledger.size() + "}").getBytes(StandardCharsets.US_ASCII));
        response.header(HeaderNames.CONTENT_TYPE, "application/json").send(page.toByteArray());
    }

    private ObjectNode counts() {
        // Read before the counts: what becomes idle in between cannot make an unfinished count look final.
        long pending = reactions.pending() + notifier.figures().waiting();
        Counts counts = ledger.counts();
        Notifier.Figures notifications = notifier.figures();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("accepted", counts.accepted());
        json.put("sent", counts.accepted());
        json.put("delivered", counts.delivered());
        json.put("bounced", counts.bounced());
        json.put("complained", counts.complained());
        json.put("unique_opens", counts.uniqueOpens());
        json.put("unique_clicks", counts.uniqueClicks());
        json.put("opens", counts.opens());
        json.put("clicks", counts.clicks());
        json.put("unsubscribed", counts.unsubscribed());
        json.put("auto_replied", counts.autoReplied());
        json.put("duplicates", counts.duplicates());
        json.put("rejected", intake.rejected());
        json.put("throttled", intake.throttled());
        json.put("failed_requests", reactions.failedRequests());
        json.put("skipped_hosts", reactions.skippedHosts());
        json.put("notifications_delivered", notifications.delivered());
        json.put("notifications_repeated", notifications.repeated());
        json.put("notifications_given_up", notifications.givenUp());
        json.put("idle", pending == 0);
        json.put("pending", pending);
        return json;
    }

    private ObjectNode behaviour() {
        Behaviour now = reactions.behaviour();
        return JsonNodeFactory.instance
                .objectNode()
                .put("bounce", now.bounce())
                .put("complaint", now.complaint())
                .put("open", now.open())
                .put("click", now.click())
                .put("unsubscribe", now.unsubscribe())
                .put("delivery_delay_ms", now.deliveryDelayMs())
                .put("reaction_ms", now.reactionMs())
                .put("quiet", now.mood() == Behaviour.Mood.QUIET);
    }

    private ObjectNode faults() {
        Faults now = faults.current();
        SendingAccount.Limits limits = account.limits();
        return JsonNodeFactory.instance
                .objectNode()
                .put("error_rate", now.errorRate())
                .put("error", now.error())
                .put("latency_ms", now.latencyMs())
                .put("garbage_rate", now.garbageRate())
                .put("drop_rate", now.dropRate())
                .put("account", limits.state().spelling())
                .put("rate", limits.ratePerSecond())
                .put("quota", limits.quota());
    }

    private ObjectNode changeBehaviour(JsonNode wanted) {
        known(wanted, BEHAVIOUR_KEYS);
        Behaviour now = reactions.behaviour();
        boolean quiet = flag(wanted, "quiet", now.mood() == Behaviour.Mood.QUIET);
        reactions.behaviour(new Behaviour(
                number(wanted, "bounce", now.bounce()),
                number(wanted, "complaint", now.complaint()),
                number(wanted, "open", now.open()),
                number(wanted, "click", now.click()),
                number(wanted, "unsubscribe", now.unsubscribe()),
                whole(wanted, "delivery_delay_ms", now.deliveryDelayMs()),
                whole(wanted, "reaction_ms", now.reactionMs()),
                quiet ? Behaviour.Mood.QUIET : Behaviour.Mood.LIVELY));
        return behaviour();
    }

    private ObjectNode changeFaults(JsonNode wanted) {
        known(wanted, FAULT_KEYS);
        Faults now = faults.current();
        SendingAccount.Limits limits = account.limits();
        Faults next = new Faults(
                number(wanted, "error_rate", now.errorRate()),
                text(wanted, "error", now.error()),
                whole(wanted, "latency_ms", now.latencyMs()),
                number(wanted, "garbage_rate", now.garbageRate()),
                number(wanted, "drop_rate", now.dropRate()));
        if (!ERRORS.contains(next.error())) {
            throw new IllegalArgumentException("error: " + next.error() + ", allowed: " + ERRORS);
        }
        double rate = number(wanted, "rate", limits.ratePerSecond());
        double quota = number(wanted, "quota", (double) limits.quota());
        if (!(rate >= 1) || !(quota >= -1)) {
            throw new IllegalArgumentException("rate must be 1 or more, quota -1 (unlimited) or more");
        }
        SendingAccount.State state =
                state(text(wanted, "account", limits.state().spelling()));
        faults.set(next);
        account.limit(rate, (long) quota);
        account.state(state);
        return faults();
    }

    private static SendingAccount.State state(String spelling) {
        for (SendingAccount.State state : SendingAccount.State.values()) {
            if (state.spelling().equals(spelling)) {
                return state;
            }
        }
        throw new IllegalArgumentException("account: " + spelling + ", allowed: active, paused, suspended");
    }

    private static void known(JsonNode wanted, Set<String> keys) {
        for (Iterator<String> names = wanted.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!keys.contains(name)) {
                throw new IllegalArgumentException(name + " is not known, allowed: " + keys);
            }
        }
    }

    private static double number(JsonNode wanted, String name, double otherwise) {
        JsonNode value = wanted.path(name);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isNumber()) {
            throw new IllegalArgumentException(name + " must be a number");
        }
        return value.doubleValue();
    }

    private static int whole(JsonNode wanted, String name, int otherwise) {
        JsonNode value = wanted.path(name);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isInt()) {
            throw new IllegalArgumentException(name + " must be a whole number");
        }
        return value.intValue();
    }

    private static boolean flag(JsonNode wanted, String name, boolean otherwise) {
        JsonNode value = wanted.path(name);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw new IllegalArgumentException(name + " must be true or false");
        }
        return value.booleanValue();
    }

    private static String text(JsonNode wanted, String name, String otherwise) {
        JsonNode value = wanted.path(name);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isTextual()) {
            throw new IllegalArgumentException(name.toLowerCase(Locale.ROOT) + " must be a string");
        }
        return value.textValue();
    }

    private interface Change {
        ObjectNode apply(JsonNode wanted);
    }

    private static void change(ServerRequest request, ServerResponse response, Change change) {
        try {
            byte[] body = request.content().hasEntity() ? request.content().as(byte[].class) : new byte[0];
            JsonNode wanted = JSON.readTree(body);
            if (wanted == null || !wanted.isObject()) {
                throw new IllegalArgumentException("the body must be a JSON object");
            }
            json(response, 200, change.apply(wanted));
        } catch (IOException e) {
            json(response, 400, message("the body is not valid JSON"));
        } catch (IllegalArgumentException e) {
            json(response, 400, message(String.valueOf(e.getMessage())));
        }
    }

    private static ObjectNode message(String words) {
        return JsonNodeFactory.instance.objectNode().put("message", words);
    }

    private static void json(ServerResponse response, int status, ObjectNode body) {
        response.status(status);
        response.headers().contentType(MediaTypes.APPLICATION_JSON);
        response.send(body.toString().getBytes(StandardCharsets.UTF_8));
    }
}
