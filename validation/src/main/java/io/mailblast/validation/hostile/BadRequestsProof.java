package io.mailblast.validation.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.http.HttpRequests;
import io.mailblast.validation.http.KeepAliveConnection;
import io.mailblast.validation.http.KeepAliveConnection.Answer;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Installation;
import io.mailblast.validation.installation.Launcher;
import io.mailblast.validation.traffic.Audience;
import io.mailblast.validation.traffic.TrackedLinks;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// Bad input is answered as what it is, whatever it is: never with an error of the server, with its inside, or with
/// HTML of the request, and 400 says what is wrong. What must hold, and how it is seen, is in docs/proofs.md.
public final class BadRequestsProof {

    public static final String NAME = "bad-requests";

    private static final int CONNECTIONS = 16;
    private static final int MAILS = 40;
    private static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long TELL_EVERY_MS = 10_000;

    /// What the server says with `Retry-After`, and how often it may.
    private static final long LATER_MS = 1_000;

    private static final int LATEST = 30;

    private final long seed;
    private final int requests;
    private final PrintStream out;
    private final Answers answers = new Answers();
    private final AtomicLong left;

    public BadRequestsProof(long seed, int requests, PrintStream out) {
        this.seed = seed;
        this.requests = requests;
        this.out = out;
        this.left = new AtomicLong(requests);
    }

    /// @throws CannotRunException when it cannot be tried
    public BadRequestsResult run(Launcher launcher) {
        say("Starting a MailBlast of its own ...");
        try (Installation installation = Installation.start(
                        launcher,
                        List.of("--quiet", "--keep", "1000", "--rate", "1000", "--quota", "-1"),
                        Map.of(
                                "MAILBLAST_HTTP_MALFORMED_PER_SECOND", "1000000",
                                "MAILBLAST_HTTP_READ_TIMEOUT", "2s",
                                "MAILBLAST_AUTH_ACCESS_TOKEN_LIFE", "24h"));
                ApiClient api = installation.signIn()) {
            TrackedLinks links = links(installation, api);
            Operations operations = Operations.of(api.get("/openapi.json"));
            List<Long> before = pids(installation);
            say(String.format(
                    Locale.ROOT,
                    "Asking %,d times, of %d operations and of tracking, seed %d ...",
                    requests,
                    operations.all().size(),
                    seed));
            ask(installation, api.token(), links, operations);
            if (!pids(installation).equals(before)) {
                answers.violated("a process ended: " + before + " were there, " + pids(installation) + " are");
            }
            JsonNode _ = api.get("/health/ready");
            return answers.result(seed);
        }
    }

    private static TrackedLinks links(Installation installation, ApiClient api) {
        Audience audience = new Audience(installation, api);
        JsonNode _ = audience.sender();
        long campaign = audience.begin(audience.list("Readers", MAILS));
        audience.awaitSent(campaign, _ -> {});
        try (ApiClient simulator = new ApiClient(installation.simulatorHttp())) {
            return TrackedLinks.of(simulator, MAILS);
        }
    }

    private static List<Long> pids(Installation installation) {
        return Stream.of("api", "worker")
                .flatMap(role -> installation.process(role).stream())
                .map(ProcessHandle::pid)
                .toList();
    }

    private void ask(Installation installation, String token, TrackedLinks links, Operations operations) {
        InetSocketAddress address = HttpRequests.address(installation.http());
        String host = URI.create(installation.http()).getAuthority();
        List<Asker> askers = new ArrayList<>();
        for (long one : RequestMaker.seeds(seed, CONNECTIONS)) {
            askers.add(new Asker(address, new RequestMaker(host, token, links, operations, one)));
        }
        List<Thread> threads = askers.stream()
                .map(asker -> Thread.ofPlatform().name("asker").start(asker))
                .toList();
        long begunNs = System.nanoTime();
        long toldNs = begunNs;
        while (threads.stream().anyMatch(Thread::isAlive)) {
            Audience.pause(200);
            askers.forEach(Asker::hurry);
            if (System.nanoTime() - toldNs > TimeUnit.MILLISECONDS.toNanos(TELL_EVERY_MS)) {
                toldNs = System.nanoTime();
                tell(requests - Math.max(0, left.get()), (toldNs - begunNs) / 1e9);
            }
        }
    }

    private void tell(long asked, double seconds) {
        say(String.format(
                Locale.ROOT,
                "  %,d asked, %,.0f a second, %,.0f s left, %d violations",
                asked,
                asked / seconds,
                (requests - asked) * seconds / Math.max(1, asked),
                answers.violations()));
    }

    /// One connection after the other, one request at a time.
    private final class Asker implements Runnable {

        private final InetSocketAddress address;
        private final RequestMaker maker;
        private volatile KeepAliveConnection connection;
        private volatile long begunNs = Long.MAX_VALUE;

        Asker(InetSocketAddress address, RequestMaker maker) {
            this.address = address;
            this.maker = maker;
            this.connection = new KeepAliveConnection(address);
        }

        @Override
        public void run() {
            while (left.getAndDecrement() > 0) {
                HostileRequest request = maker.next();
                if (request.mayBeCutOff()) {
                    askAlone(request);
                } else {
                    ask(request);
                }
            }
            connection.close();
        }

        /// What would be waited for without end is given up.
        void hurry() {
            long begun = begunNs;
            if (begun != Long.MAX_VALUE && System.nanoTime() - begun > LONGEST_NS) {
                connection.close();
            }
        }

        /// Nobody knows where the next answer begins after that.
        private void askAlone(HostileRequest request) {
            connection.close();
            connection = new KeepAliveConnection(address);
            begunNs = System.nanoTime();
            try {
                answers.take(request, connection.ask(request.bytes()));
            } catch (IOException e) {
                answers.cutOff();
            }
            begunNs = Long.MAX_VALUE;
            connection.close();
            connection = new KeepAliveConnection(address);
        }

        /// The first one that is an answer: a server that has no room is asked again when it says.
        private Answer answer(HostileRequest request) throws IOException {
            Answer answer = connection.ask(request.bytes());
            for (int times = 1; times <= LATEST && Answers.isForLater(answer); times++) {
                answers.later();
                begunNs = Long.MAX_VALUE;
                Audience.pause(LATER_MS);
                begunNs = System.nanoTime();
                answer = connection.ask(request.bytes());
            }
            return answer;
        }

        /// A server may close a connection that it was told too much nonsense on: the request is asked once more, on
        /// another one.
        private void ask(HostileRequest request) {
            for (int attempt = 1; ; attempt++) {
                begunNs = System.nanoTime();
                try {
                    answers.take(request, answer(request));
                    begunNs = Long.MAX_VALUE;
                    return;
                } catch (IOException e) {
                    begunNs = Long.MAX_VALUE;
                    connection.close();
                    connection = new KeepAliveConnection(address);
                    if (attempt == 2) {
                        answers.violated("no answer (" + e.getMessage() + "): " + request);
                        return;
                    }
                    answers.again();
                }
            }
        }
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
