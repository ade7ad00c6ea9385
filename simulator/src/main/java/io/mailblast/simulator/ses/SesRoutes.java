package io.mailblast.simulator.ses;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.mailblast.simulator.account.Faults;
import io.mailblast.simulator.account.Identities;
import io.mailblast.simulator.account.Intake;
import io.mailblast.simulator.account.Refusal;
import io.mailblast.simulator.account.SendingAccount;
import io.mailblast.simulator.account.Suppressions;
import io.mailblast.simulator.mail.Addresses;
import io.mailblast.simulator.record.RecordFailure;
import io.mailblast.simulator.record.Submission;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The routes of SES v2 under `/v2/email`. A request has to look signed (Signature Version 4); the signature is not
/// checked.
public final class SesRoutes implements HttpService {

    private static final HeaderName ERROR_TYPE = HeaderNames.create("x-amzn-ErrorType");
    private static final HeaderName REQUEST_ID = HeaderNames.create("x-amzn-RequestId");
    private static final Pattern SIGNED = Pattern.compile("AWS4-HMAC-SHA256 +Credential=[^/, ]+/[0-9]{8}/[a-z0-9-]+/ses"
            + "/aws4_request, *SignedHeaders=[^, ]+, *Signature=[0-9a-fA-F]{64}");
    private static final byte[] GARBAGE = "<html>\u0000 502 </jso{n".getBytes(StandardCharsets.UTF_8);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger LOG = LoggerFactory.getLogger(SesRoutes.class);

    private interface Action {
        JsonNode answer(ServerRequest request) throws InterruptedException;
    }

    private final Intake intake;
    private final SendingAccount account;
    private final Identities identities;
    private final Suppressions suppressions;
    private final Faults.Switch faults;
    private final InstantSource clock;

    public SesRoutes(
            Intake intake,
            SendingAccount account,
            Identities identities,
            Suppressions suppressions,
            Faults.Switch faults,
            InstantSource clock) {
        this.intake = intake;
        this.account = account;
        this.identities = identities;
        this.suppressions = suppressions;
        this.faults = faults;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/outbound-emails", (request, response) -> send(request, response, this::single));
        rules.post("/outbound-bulk-emails", (request, response) -> send(request, response, this::bulk));
        rules.get("/account", (request, response) -> answer(request, response, _ -> account()));
        IdentityActions identity = new IdentityActions(identities);
        rules.post("/identities", (request, response) -> answer(request, response, it -> identity.create(body(it))));
        rules.get("/identities", (request, response) -> answer(request, response, _ -> identity.list()));
        rules.get("/identities/{name}", (request, response) -> answer(request, response, it -> identity.get(name(it))));
        rules.delete(
                "/identities/{name}",
                (request, response) -> answer(request, response, it -> identity.delete(name(it))));
        SuppressionActions suppression = new SuppressionActions(suppressions, clock);
        rules.put(
                "/suppression/addresses",
                (request, response) -> answer(request, response, it -> suppression.put(body(it))));
        rules.get("/suppression/addresses", (request, response) -> answer(request, response, _ -> suppression.list()));
        rules.get(
                "/suppression/addresses/{name}",
                (request, response) -> answer(request, response, it -> suppression.get(name(it))));
        rules.delete(
                "/suppression/addresses/{name}",
                (request, response) -> answer(request, response, it -> suppression.delete(name(it))));
        rules.any(
                "/*",
                (request, response) -> answer(request, response, it -> {
                    throw SesError.UNKNOWN_OPERATION.because(
                            "No action has the path " + it.path().path() + " with this method.");
                }));
    }

    private static String name(ServerRequest request) {
        return request.path().pathParameters().get("name");
    }

    private static byte[] body(ServerRequest request) {
        return request.content().hasEntity() ? request.content().as(byte[].class) : new byte[0];
    }

    private void send(ServerRequest request, ServerResponse response, Action action) {
        Faults now = faults.current();
        answer(request, response, it -> {
            if (now.latencyMs() > 0) {
                Thread.sleep(now.latencyMs());
            }
            if (faults.strikes(now.errorRate())) {
                SesError error = SesError.of(now.error()).orElse(SesError.INTERNAL);
                throw error.because("This error was asked for.");
            }
            JsonNode answer = action.answer(it);
            if (faults.strikes(now.dropRate())) {
                throw new CloseConnectionException("Dropping the connection was asked for.");
            }
            return faults.strikes(now.garbageRate()) ? JsonNodeFactory.instance.missingNode() : answer;
        });
    }

    private JsonNode single(ServerRequest request) throws InterruptedException {
        try {
            Submission mail = SendRequest.single(body(request), clock.instant());
            checkSender(mail);
            return switch (intake.submit(mail)) {
                case Intake.Outcome.Accepted accepted -> object().put("MessageId", accepted.messageId());
                case Intake.Outcome.Refused refused -> throw new Refused(refused.reason());
            };
        } catch (SesException e) {
            intake.countRejected();
            throw e;
        } catch (Refused e) {
            throw refusal(e.reason);
        }
    }

    /// A refusal that the intake has counted already.
    private static final class Refused extends RuntimeException {
        private final Refusal reason;

        Refused(Refusal reason) {
            super(reason.message(), null, false, false);
            this.reason = reason;
        }
    }

    private static SesException refusal(Refusal reason) {
        SesError error = switch (reason) {
            case RATE_EXCEEDED, OVERLOADED -> SesError.TOO_MANY_REQUESTS;
            case QUOTA_EXCEEDED -> SesError.LIMIT_EXCEEDED;
            case ACCOUNT_SUSPENDED -> SesError.ACCOUNT_SUSPENDED;
            case SENDING_PAUSED -> SesError.SENDING_PAUSED;
        };
        return error.because(reason.message());
    }

    private void checkSender(Submission mail) {
        String sender = Addresses.bare(mail.from()).orElse(mail.from());
        if (!identities.maySend(sender)) {
            throw SesError.MESSAGE_REJECTED.because("Email address is not verified. The following identities failed the"
                    + " check in region US-EAST-1: " + sender);
        }
    }

    private JsonNode bulk(ServerRequest request) throws InterruptedException {
        List<SendRequest.Entry> entries;
        List<Submission> mails = new ArrayList<>();
        try {
            entries = SendRequest.bulk(body(request), clock.instant());
            for (SendRequest.Entry entry : entries) {
                if (entry instanceof SendRequest.Entry.Ready ready) {
                    checkSender(ready.mail());
                    mails.add(ready.mail());
                }
            }
        } catch (SesException e) {
            intake.countRejected();
            throw e;
        }
        Iterator<Intake.Outcome> outcomes = intake.submit(mails).iterator();
        ObjectNode answer = object();
        for (SendRequest.Entry entry : entries) {
            ObjectNode result = answer.withArray("BulkEmailEntryResults").addObject();
            switch (entry) {
                case SendRequest.Entry.Failed failed -> {
                    intake.countRejected();
                    result.put("Status", "FAILED").put("Error", failed.error());
                }
                case SendRequest.Entry.Ready _ -> {
                    switch (outcomes.next()) {
                        case Intake.Outcome.Accepted accepted ->
                            result.put("Status", "SUCCESS").put("MessageId", accepted.messageId());
                        case Intake.Outcome.Refused refused ->
                            result.put("Status", status(refused.reason()))
                                    .put("Error", refused.reason().message());
                    }
                }
            }
        }
        return answer;
    }

    private static String status(Refusal reason) {
        return switch (reason) {
            case RATE_EXCEEDED, OVERLOADED -> "ACCOUNT_THROTTLED";
            case QUOTA_EXCEEDED -> "ACCOUNT_DAILY_QUOTA_EXCEEDED";
            case ACCOUNT_SUSPENDED -> "ACCOUNT_SUSPENDED";
            case SENDING_PAUSED -> "ACCOUNT_SENDING_PAUSED";
        };
    }

    private JsonNode account() {
        SendingAccount.Limits limits = account.limits();
        ObjectNode answer = object();
        answer.put("DedicatedIpAutoWarmupEnabled", false);
        answer.put("EnforcementStatus", limits.state() == SendingAccount.State.SUSPENDED ? "SHUTDOWN" : "HEALTHY");
        answer.put("ProductionAccessEnabled", true);
        answer.put("SendingEnabled", limits.state() == SendingAccount.State.ACTIVE);
        answer.putObject("SendQuota")
                .put("Max24HourSend", (double) limits.quota())
                .put("MaxSendRate", limits.ratePerSecond())
                .put("SentLast24Hours", (double) limits.sentLast24Hours());
        answer.putObject("SuppressionAttributes")
                .putArray("SuppressedReasons")
                .add("BOUNCE")
                .add("COMPLAINT");
        return answer;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private void answer(ServerRequest request, ServerResponse response, Action action) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        response.header(REQUEST_ID, new UUID(random.nextLong(), random.nextLong()).toString());
        try {
            checkSignature(request);
            JsonNode answer = action.answer(request);
            response.headers().contentType(MediaTypes.APPLICATION_JSON);
            response.send(answer.isMissingNode() ? GARBAGE : JSON.writeValueAsBytes(answer));
        } catch (SesException e) {
            fail(response, e.error(), e.reason());
        } catch (RecordFailure e) {
            fail(response, SesError.SERVICE_UNAVAILABLE, "The record cannot be written; the mail was not accepted.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(response, SesError.SERVICE_UNAVAILABLE, "The simulator is stopping.");
        } catch (RequestException | CloseConnectionException e) {
            throw e;
        } catch (JsonProcessingException | RuntimeException e) {
            LOG.error("request failed path={}", request.path().path(), e);
            fail(response, SesError.INTERNAL, "The simulator failed; its log says why.");
        }
    }

    private static void checkSignature(ServerRequest request) {
        String authorization =
                request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
        if (authorization.isEmpty()) {
            throw SesError.MISSING_TOKEN.because("Missing Authentication Token");
        }
        if (!SIGNED.matcher(authorization.strip()).matches()) {
            throw SesError.INCOMPLETE_SIGNATURE.because(
                    "The Authorization header is not one of AWS Signature Version 4 for the service ses.");
        }
    }

    private static void fail(ServerResponse response, SesError error, String message) {
        response.status(error.status());
        response.header(ERROR_TYPE, error.type());
        response.headers().contentType(MediaTypes.APPLICATION_JSON);
        ObjectNode body = object().put("message", message);
        response.send(body.toString().getBytes(StandardCharsets.UTF_8));
    }
}
