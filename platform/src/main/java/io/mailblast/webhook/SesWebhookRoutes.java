package io.mailblast.webhook;

import io.mailblast.event.Event;
import io.mailblast.event.EventKind;
import io.mailblast.event.EventSink;
import io.mailblast.event.LogUnavailableException;
import io.mailblast.event.Refusals;
import io.mailblast.http.Access;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.ProblemException;
import io.mailblast.http.Route;
import io.mailblast.key.MessageIdCodec;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `POST /webhooks/ses`: what SES tells over SNS. Believed when the topic is one that the installation names and the
/// signature verifies; answered once its events are in the log. SNS repeats what is not answered with a 2xx, and what
/// is: ingest counts each fact once.
public final class SesWebhookRoutes implements Feature {

    private static final Logger LOG = LoggerFactory.getLogger(SesWebhookRoutes.class);

    private final EventSink log;
    private final Refusals refusals;
    private final Set<String> topics;
    private final boolean simulated;
    private final SnsKeys keys;
    private final Fetcher fetcher;
    private final SesNotification notifications;
    private final InstantSource clock;
    private final Counter taken;
    private final Counter ignored;
    private final Counter refused;
    private final Counter malformed;
    private final Counter unrecorded;

    /// @param identifiers of tracking: SES gives back a message's identifier as a tag
    /// @param realProvider whether mail goes to a real SES endpoint
    /// @throws IllegalArgumentException where a simulator's certificate is configured beside a real endpoint
    public SesWebhookRoutes(
            EventSink log,
            Refusals refusals,
            MessageIdCodec identifiers,
            WebhookConfig config,
            boolean realProvider,
            InstantSource clock,
            MeterRegistry registry) {
        this(log, refusals, identifiers, config, realProvider, clock, registry, Fetcher.http());
    }

    SesWebhookRoutes(
            EventSink log,
            Refusals refusals,
            MessageIdCodec identifiers,
            WebhookConfig config,
            boolean realProvider,
            InstantSource clock,
            MeterRegistry registry,
            Fetcher fetcher) {
        this.log = log;
        this.refusals = refusals;
        this.topics = new HashSet<>(config.topics());
        this.simulated = !config.simulatorCertificate().isEmpty();
        if (simulated && realProvider) {
            throw new IllegalArgumentException("webhook.simulator_certificate: " + config.simulatorCertificate()
                    + ", allowed: nothing beside a real SES endpoint");
        }
        this.keys = simulated ? new SimulatorKey(Path.of(config.simulatorCertificate())) : new AwsKeys(fetcher, clock);
        this.fetcher = fetcher;
        this.notifications = new SesNotification(identifiers);
        this.clock = clock;
        this.taken = counter(registry, "taken", "Events taken from SNS messages");
        this.ignored = counter(registry, "ignored", "SNS messages that say nothing that counts");
        this.refused = counter(registry, "refused", "SNS messages of a foreign topic or without a good signature");
        this.malformed = counter(registry, "malformed", "Requests that are no SNS message");
        this.unrecorded = counter(registry, "unrecorded", "SNS messages whose events the log could not take");
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder("mailblast.webhook." + name)
                .description(description)
                .register(registry);
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.post("/webhooks/ses", "takeSesEvents")
                .tag("webhooks")
                .summary("Events of Amazon SES over SNS: deliveries, bounces, complaints")
                .access(Access.PUBLIC)
                .consumes("text/plain", "application/json")
                .answers(200)
                .problems(403)
                .handle(this::take));
    }

    private Answer take(Call call) {
        SnsMessage message = parsed(call);
        if (!topics.contains(message.topicArn())) {
            throw refused("This installation does not listen to that topic.");
        }
        verify(message);
        switch (message.type()) {
            case SnsMessage.NOTIFICATION -> record(message);
            case SnsMessage.SUBSCRIPTION -> confirm(message);
            default -> {
                LOG.warn("webhook=unsubscribed topic={}", message.topicArn());
                ignored.increment();
            }
        }
        return new Answer(200, java.util.Map.of(), new Answer.Empty());
    }

    private SnsMessage parsed(Call call) {
        try {
            return SnsMessage.parse(call.bytes(SnsMessage.MAX_BYTES));
        } catch (SnsMessage.MalformedMessageException e) {
            malformed.increment();
            throw Problem.badInput("", String.valueOf(e.getMessage())).asException();
        }
    }

    private void verify(SnsMessage message) {
        try {
            if (!SnsSignature.verifies(message, keys.keyOf(message))) {
                throw refused("The signature does not verify.");
            }
        } catch (SnsKeys.UntrustedException e) {
            throw refused(String.valueOf(e.getMessage()));
        } catch (SnsKeys.UnavailableException e) {
            throw Problem.unavailable(String.valueOf(e.getMessage())).asException();
        }
    }

    private RuntimeException refused(String detail) {
        refused.increment();
        return Problem.of(403, "not-believed", "This message is not believed", detail)
                .asException();
    }

    private void record(SnsMessage message) {
        List<Event> events = notifications.events(message.message(), clock.instant());
        if (events.isEmpty()) {
            ignored.increment();
        }
        try {
            // Of several the first ones may be in the log when it fails; SNS repeats all, and each counts once.
            for (Event event : events) {
                if (event.kind() != EventKind.COMPLAINED) {
                    log.append(event);
                } else if (!refusals.take(event)) {
                    // It holds; SNS tells it again, so that it is counted too.
                    throw notRecorded();
                }
                taken.increment();
            }
        } catch (LogUnavailableException e) {
            throw notRecorded();
        }
    }

    private ProblemException notRecorded() {
        unrecorded.increment();
        return Problem.unavailable("Events cannot be recorded now. Try again in a few seconds.")
                .asException();
    }

    private void confirm(SnsMessage message) {
        Optional<URI> url = simulated
                ? loopback(message.subscribeUrl())
                : SnsUrl.confirmation(message.subscribeUrl(), message.topicArn());
        if (url.isEmpty()) {
            throw refused("SubscribeURL is not one of SNS in the topic's region.");
        }
        try {
            fetcher.get(url.get());
            LOG.info("webhook=subscribed topic={}", message.topicArn());
        } catch (IOException e) {
            LOG.warn("webhook=not_subscribed topic={} reason=\"{}\"", message.topicArn(), e.getMessage());
            throw Problem.unavailable("The subscription cannot be confirmed now.")
                    .asException();
        }
    }

    /// The simulator is on this machine.
    private static Optional<URI> loopback(String url) {
        try {
            URI uri = URI.create(url);
            return "http".equals(uri.getScheme()) && "127.0.0.1".equals(uri.getHost())
                    ? Optional.of(uri)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
