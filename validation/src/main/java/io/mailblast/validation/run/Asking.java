package io.mailblast.validation.run;

import io.mailblast.validation.engine.Engine;
import io.mailblast.validation.engine.SelfWatch;
import io.mailblast.validation.engine.Stream;
import io.mailblast.validation.http.HttpRequests;
import io.mailblast.validation.peer.Demand;
import io.mailblast.validation.peer.OtherEngine;
import io.mailblast.validation.plan.Endpoint;
import io.mailblast.validation.plan.Phase;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.traffic.Traffic;
import io.mailblast.validation.verdict.Evidence;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Who makes a run's requests: the embedded engine, or a tool and the engine beside it.
final class Asking implements AutoCloseable {

    /// Of the time in which samples should come.
    private static final double MORE = 1.05;

    private final Plan plan;
    private final double timeScale;
    private final Supplier<Evidence> evidence;
    private final Engine engine;
    private final Traffic traffic;
    private Optional<OtherEngine> other = Optional.empty();

    Asking(Plan plan, double timeScale, Supplier<Evidence> evidence, Engine engine, Traffic traffic) {
        this.plan = plan;
        this.timeScale = timeScale;
        this.evidence = evidence;
        this.engine = engine;
        this.traffic = traffic;
    }

    /// From now on a tool makes what it can of the requests.
    void by(OtherEngine tool) {
        other = Optional.of(tool);
    }

    /// Where requests go from now on; of several nodes a tool asks the first.
    void target(List<String> https) {
        engine.target(https.stream().map(HttpRequests::address).toList());
        other.ifPresent(tool -> {
            tool.target(https.getFirst());
            if (https.size() > 1) {
                tool.note("Of several nodes the embedded engine asked all, the tool the first one.");
            }
        });
    }

    /// A tool is started before its phase begins.
    int headStartS() {
        return other.map(tool -> tool.headStartS(plan.mix().keySet())).orElse(0);
    }

    /// How long a phase is to be. A tool cannot be told to go on: a shorter phase has from its begin the length in
    /// which required samples come.
    Duration length(Phase phase) {
        Duration scaled = phase.scaled(timeScale);
        if (other.isEmpty()
                || timeScale >= 1
                || !phase.isMeasured()
                || !phase.load().isSteady()) {
            return scaled;
        }
        double missing = new Missing(plan, evidence.get()).seconds(phase);
        Duration needed = Duration.ofSeconds((long) Math.ceil(missing * MORE) + 1);
        Duration longer = needed.compareTo(scaled) > 0 ? needed : scaled;
        return longer.compareTo(phase.duration()) < 0 ? longer : phase.duration();
    }

    /// Makes the requests of a part of the run, until all have begun or it is stopped.
    void run(List<Demand> part, long fromNs, BooleanSupplier goOn) throws InterruptedException {
        if (other.isPresent()) {
            other.get().run(part, fromNs, goOn);
        } else {
            engine.run(streams(part), fromNs, goOn);
        }
    }

    /// Goes on with a phase where samples are missing; without a pause, in which a tool would have to start.
    void more(Phase phase, List<Demand> part, long fromNs, BooleanSupplier goOn) throws InterruptedException {
        other.ifPresent(tool -> tool.note(
                "Where phase " + phase.name() + " had to go on for its samples, the embedded engine asked all."));
        engine.run(streams(part), fromNs, goOn);
    }

    private static List<Stream> streams(List<Demand> part) {
        return part.stream().map(Demand::stream).toList();
    }

    /// Users that wait for each answer.
    void users(Phase phase, long fromNs, BooleanSupplier goOn) throws InterruptedException {
        Phase.Users users = phase.users().orElseThrow();
        long untilNs = fromNs + phase.scaled(timeScale).toNanos();
        if (other.isPresent()) {
            other.get().users(users, users.of(plan.mix()), fromNs, untilNs, goOn, this::choice);
        } else {
            engine.users(users.count(), users.think(), untilNs, choice(users.of(plan.mix())));
        }
    }

    private Supplier<Stream> choice(Map<Endpoint, Double> mix) {
        List<Endpoint> endpoints = List.copyOf(mix.keySet());
        double[] weights = endpoints.stream().mapToDouble(mix::get).toArray();
        return () -> {
            Endpoint chosen = endpoints.get(weighted(weights));
            return new Stream(chosen.spelling(), () -> Long.MAX_VALUE, traffic.call(chosen));
        };
    }

    private static int weighted(double[] weights) {
        double all = 0;
        for (double weight : weights) {
            all += weight;
        }
        double at = ThreadLocalRandom.current().nextDouble(all);
        for (int i = 0; i < weights.length; i++) {
            at -= weights[i];
            if (at < 0) {
                return i;
            }
        }
        return weights.length - 1;
    }

    /// Waits until what is under way is answered.
    void drain() throws InterruptedException {
        engine.drain();
        if (other.isPresent()) {
            other.get().drain();
        }
    }

    /// What was seen of the generators themselves.
    SelfWatch.Seen self() {
        return other.map(tool -> engine.self().beside(tool.seen(plan))).orElseGet(engine::self);
    }

    @Override
    public void close() {
        other.ifPresent(OtherEngine::close);
    }
}
