package io.mailblast.validation.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mailblast.validation.engine.Arrivals;
import io.mailblast.validation.engine.Engine;
import io.mailblast.validation.engine.Outcome;
import io.mailblast.validation.engine.RateProfile;
import io.mailblast.validation.engine.Recording;
import io.mailblast.validation.engine.Stream;
import io.mailblast.validation.engine.Tally;
import io.mailblast.validation.http.HttpRequests;
import io.mailblast.validation.installation.Account;
import io.mailblast.validation.plan.Endpoint;
import io.mailblast.validation.plan.Phase;
import io.mailblast.validation.plan.Plans;
import io.mailblast.validation.traffic.Sessions;
import io.mailblast.validation.traffic.TrackedLinks;
import io.mailblast.validation.traffic.Traffic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each tool for real, against a server that counts what it is asked. Runs with `MAILBLAST_CONFORMANCE=1` and
/// the tools on the `PATH`.
class OtherEngineTest {

    private static final long SECOND = 1_000_000_000L;
    private static final double PER_SECOND = 20;

    @TempDir
    private Path folder;

    private final CountingServer server = new CountingServer();
    private final Recording recording = new Recording();
    private final Engine engine = new Engine(HttpRequests.address(server.base()), recording);
    private final List<String> stops = new CopyOnWriteArrayList<>();
    private final Traffic traffic;

    OtherEngineTest() throws IOException {
        TrackedLinks links = new TrackedLinks(
                List.of("/track/open/abc", "/track/open/d_f"), List.of("/track/click/abc?url=aHR0cA&s=x"));
        traffic = new Traffic(
                server.base(), Sessions.open(server.base(), "a@b.example", "pw"), links, 1, 2, "from@b.example", "m");
    }

    @BeforeEach
    void onlyWhereItIsAskedFor() {
        assumeTrue("1".equals(System.getenv("MAILBLAST_CONFORMANCE")), "MAILBLAST_CONFORMANCE=1 asks for this test");
    }

    @AfterEach
    void nothingIsLeft() {
        engine.close();
        server.close();
        assertThat(tools()).as("processes of the tools that are left").isEmpty();
    }

    private OtherEngine other(Peer peer) {
        InstalledPeer installed = InstalledPeer.find(peer, Path.of(".."));
        Account account = new Account("a@b.example", "pw");
        return new OtherEngine(installed, server.base(), account, engine, recording, traffic, folder, stops::add);
    }

    private List<Demand> demands(Peer peer, long lengthNs) {
        List<Demand> demands = new ArrayList<>();
        peer.asks().forEach(endpoint -> demands.add(demand(endpoint, lengthNs)));
        demands.add(demand(Endpoint.LOGIN, lengthNs));
        return demands;
    }

    private Demand demand(Endpoint endpoint, long lengthNs) {
        RateProfile profile =
                new RateProfile().then(lengthNs / 2, 0, PER_SECOND).then(lengthNs / 2, PER_SECOND, PER_SECOND);
        return new Demand(
                endpoint, profile, new Stream(endpoint.spelling(), Arrivals.even(profile), traffic.call(endpoint)));
    }

    private long begin(OtherEngine other, Peer peer) {
        return engine.nowNs() + other.headStartS(peer.asks()) * SECOND;
    }

    private Tally tally(Endpoint endpoint) {
        return recording.tally(List.of(endpoint.spelling()), 0, 1_000);
    }

    private static List<ProcessHandle> tools() {
        return ProcessHandle.current()
                .descendants()
                .filter(each -> each.info().commandLine().orElse("").matches(".*(tests/performance|vegeta ).*"))
                .toList();
    }

    private void isCountedAsItWasTold(long least, long most, long counted) {
        assertThat(counted).as("%d to %d told", least, most).isBetween(least, most);
    }

    @ParameterizedTest
    @EnumSource(Peer.class)
    void whatItAsksIsToldToTheLastOne(Peer peer) throws InterruptedException {
        long lengthNs = 6 * SECOND;
        try (OtherEngine other = other(peer)) {
            other.run(demands(peer, lengthNs), begin(other, peer), () -> true);
            other.drain();
            engine.drain();

            assertThat(other.seen(Plans.load("smoke")).doubts()).isEmpty();
        }
        for (Endpoint endpoint : peer.asks()) {
            assertThat(tally(endpoint).outcomes())
                    .as(endpoint.spelling())
                    .containsOnlyKeys(Outcome.GOOD)
                    .containsEntry(Outcome.GOOD, server.count(endpoint));
            // 3 s of a ramp and 3 s of all of it. Vegeta has shares of all together.
            assertThat(tally(endpoint).all()).isBetween(82L, 98L);
        }
        assertThat(tally(Endpoint.LOGIN).good()).isEqualTo(90);
        assertThat(traffic.opens().most()).isEqualTo(traffic.opens().least());
        assertThat(traffic.opens().least())
                .isEqualTo(server.count(Endpoint.TRACK_OPEN) + server.count(Endpoint.TRACK_UNSEEN));
        assertThat(traffic.campaigns().least()).isEqualTo(server.count(Endpoint.CAMPAIGN_CREATE));
        assertThat(stops).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Peer.class)
    void whatIsToldToStopStopsAndMayHaveAskedMore(Peer peer) throws InterruptedException {
        long beganNs = System.nanoTime();
        try (OtherEngine other = other(peer)) {
            long beginNs = begin(other, peer);
            BooleanSupplier threeSeconds = () -> engine.nowNs() < beginNs + 3 * SECOND;
            other.run(demands(peer, 600 * SECOND), beginNs, threeSeconds);
            other.drain();
            engine.drain();
        }

        assertThat(Duration.ofNanos(System.nanoTime() - beganNs)).isLessThan(Duration.ofSeconds(30));
        isCountedAsItWasTold(traffic.clicks().least(), traffic.clicks().most(), server.count(Endpoint.TRACK_CLICK));
        isCountedAsItWasTold(
                traffic.opens().least(),
                traffic.opens().most(),
                server.count(Endpoint.TRACK_OPEN) + server.count(Endpoint.TRACK_UNSEEN));
    }

    @ParameterizedTest
    @EnumSource(Peer.class)
    void oneThatIsKilledEndsTheRunAndItsLastRequestsAreUnknown(Peer peer) throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        Thread killer = Thread.ofVirtual().start(() -> {
            while (!over.get() && tally(Endpoint.TRACK_OPEN).all() < 20) {
                pause();
            }
            tools().forEach(ProcessHandle::destroyForcibly);
        });
        try (OtherEngine other = other(peer)) {
            other.run(demands(peer, 60 * SECOND), begin(other, peer), () -> stops.isEmpty());
            over.set(true);
            other.drain();
            engine.drain();
        }
        killer.join();

        assertThat(stops).isNotEmpty().allSatisfy(words -> assertThat(words).contains("ended by itself with"));
        isCountedAsItWasTold(
                traffic.opens().least(),
                traffic.opens().most(),
                server.count(Endpoint.TRACK_OPEN) + server.count(Endpoint.TRACK_UNSEEN));
    }

    @Test
    void patientUsersAreLocustsAndTheRestIsAskedBesideThem() throws InterruptedException {
        Map<Endpoint, Double> mix = new EnumMap<>(Endpoint.class);
        mix.put(Endpoint.TRACK_OPEN, 600.0);
        mix.put(Endpoint.CAMPAIGN_LIST, 300.0);
        mix.put(Endpoint.LOGIN, 100.0);
        try (OtherEngine other = other(Peer.LOCUST)) {
            long beginNs = begin(other, Peer.LOCUST);
            other.users(
                    new Phase.Users(10, Duration.ofMillis(100), Set.of()),
                    mix,
                    beginNs,
                    beginNs + 4 * SECOND,
                    () -> true,
                    rest -> () -> new Stream(
                            "login",
                            () -> Long.MAX_VALUE,
                            traffic.call(rest.keySet().iterator().next())));
            other.drain();
            engine.drain();
        }

        for (Endpoint endpoint : List.of(Endpoint.TRACK_OPEN, Endpoint.CAMPAIGN_LIST)) {
            assertThat(tally(endpoint).good()).isEqualTo(server.count(endpoint)).isGreaterThan(20);
        }
        assertThat(tally(Endpoint.LOGIN).good()).isGreaterThan(5);
        assertThat(recording.kinds().stream().collect(Collectors.toSet()))
                .containsExactlyInAnyOrder("track-open", "campaign-list", "login");
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
