package io.mailblast.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mailblast.simulator.http.Retry;
import io.mailblast.simulator.recipient.Behaviour;
import io.mailblast.simulator.record.Durability;
import io.mailblast.simulator.smtp.MailboxPolicy;
import io.mailblast.simulator.sns.Notifier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.sesv2.SesV2Client;

/// A simulator on free ports, for a test, and what the test asks it.
final class Running implements AutoCloseable {

    static final Behaviour EVERYTHING = new Behaviour(0, 0, 1, 1, 1, 0, 20, Behaviour.Mood.LIVELY);
    static final Behaviour NOTHING = new Behaviour(0, 0, 0, 0, 0, 0, 0, Behaviour.Mood.LIVELY);

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Simulator simulator;

    private Running(Simulator simulator) {
        this.simulator = simulator;
    }

    /// What a test chooses of the configuration.
    record Choice(
            Path home,
            Behaviour behaviour,
            List<URI> notifyUrls,
            double notifyTwice,
            Notifier.Confirmation confirmation,
            double rate,
            long quota,
            MailboxPolicy policy,
            int keep) {

        static Choice in(Path home) {
            return new Choice(
                    home,
                    NOTHING,
                    List.of(),
                    0,
                    Notifier.Confirmation.LEFT_OUT,
                    100_000,
                    -1,
                    MailboxPolicy.ACCEPT_ALL,
                    1000);
        }

        Choice behaviour(Behaviour chosen) {
            return new Choice(home, chosen, notifyUrls, notifyTwice, confirmation, rate, quota, policy, keep);
        }

        Choice notify(URI url, double twice, Notifier.Confirmation confirm) {
            return new Choice(home, behaviour, List.of(url), twice, confirm, rate, quota, policy, keep);
        }

        Choice limits(double chosenRate, long chosenQuota) {
            return new Choice(
                    home, behaviour, notifyUrls, notifyTwice, confirmation, chosenRate, chosenQuota, policy, keep);
        }

        Choice policy(MailboxPolicy chosen) {
            return new Choice(home, behaviour, notifyUrls, notifyTwice, confirmation, rate, quota, chosen, keep);
        }

        Choice keep(int chosen) {
            return new Choice(home, behaviour, notifyUrls, notifyTwice, confirmation, rate, quota, policy, chosen);
        }
    }

    static Running start(Choice choice) throws IOException, StartFailure {
        Retry retry = new Retry(Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofSeconds(20));
        return new Running(Simulator.start(new SimulatorConfig(
                InetAddress.getLoopbackAddress(),
                0,
                0,
                choice.home(),
                choice.notifyUrls(),
                choice.notifyTwice(),
                choice.confirmation(),
                7,
                choice.rate(),
                choice.quota(),
                choice.behaviour(),
                Durability.FSYNC,
                choice.policy(),
                16,
                choice.keep(),
                retry,
                retry)));
    }

    String origin() {
        return simulator.origin();
    }

    int smtpPort() {
        return simulator.smtpPort();
    }

    SesV2Client ses() {
        return ses(URI.create(origin()));
    }

    static SesV2Client ses(URI endpoint) {
        return SesV2Client.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .httpClientBuilder(Apache5HttpClient.builder())
                .overrideConfiguration(it -> it.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(origin() + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(origin() + path)).POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    JsonNode json(String path) throws IOException, InterruptedException {
        return JSON.readTree(get(path).body());
    }

    JsonNode counts() throws IOException, InterruptedException {
        return json("/simulator/counts");
    }

    /// The counts once nothing is pending.
    JsonNode settled() throws IOException, InterruptedException {
        return await(counts -> counts.path("idle").asBoolean());
    }

    /// The counts once they are as wanted.
    JsonNode await(Predicate<JsonNode> wanted) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        JsonNode counts = counts();
        while (!wanted.test(counts)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + PATIENCE + ", the counts are " + counts);
            }
            Thread.onSpinWait();
            counts = counts();
        }
        return counts;
    }

    @Override
    public void close() {
        simulator.close();
    }
}
