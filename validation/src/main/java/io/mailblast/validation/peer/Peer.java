package io.mailblast.validation.peer;

import io.mailblast.validation.plan.Endpoint;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.plan.PlanException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// A tool that can make a plan's requests with the scripts of `tests/performance`.
public enum Peer {
    K6(
            "k6",
            "k6",
            4,
            "go install go.k6.io/k6@latest",
            "from the moment that it begins one: what it could not begin in time, for want of users, it drops, and that counts"
                    + " as never sent"),
    LOCUST(
            "locust",
            "Locust",
            5,
            "python3 -m venv locust && locust/bin/pip install locust, with locust/bin on the PATH",
            "from the moment that one is meant to begin; of patient users, from the moment that one begins"),
    VEGETA(
            "vegeta",
            "Vegeta",
            2,
            "go install github.com/tsenart/vegeta/v12@latest",
            "from the tick on which it sends one, which comes late when it is late itself");

    /// What `--engine` calls the one that needs no tool.
    public static final String EMBEDDED = "embedded";

    /// @param asks what it can be told to ask
    record Script(String file, Set<Endpoint> asks) {

        /// Whether it has a part in a plan.
        boolean hasPartIn(Set<Endpoint> mix) {
            return asks.stream().anyMatch(mix::contains);
        }
    }

    private final String spelling;
    private final String words;
    private final int headStartS;
    private final String install;
    private final String measures;

    Peer(String spelling, String words, int headStartS, String install, String measures) {
        this.spelling = spelling;
        this.words = words;
        this.headStartS = headStartS;
        this.install = install;
        this.measures = measures;
    }

    /// @return empty where there is none that `--engine` calls so
    public static Optional<Peer> named(String name) {
        return Arrays.stream(values())
                .filter(each -> each.spelling.equals(name))
                .findFirst();
    }

    /// What `--engine` takes.
    public static String names() {
        return EMBEDDED + ", " + Arrays.stream(values()).map(Peer::spelling).collect(Collectors.joining(", "));
    }

    /// As `--engine` takes it, which is also what its program is called.
    public String spelling() {
        return spelling;
    }

    /// What all of its scripts together can ask.
    public Set<Endpoint> asks() {
        return scripts().stream()
                .flatMap(script -> script.asks.stream())
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Endpoint.class)));
    }

    /// @throws PlanException when it can ask nothing of what the plan asks
    public void mustHavePartIn(Plan plan) {
        Set<Endpoint> can = asks();
        if (plan.mix().keySet().stream().noneMatch(can::contains)) {
            throw new PlanException("The plan " + plan.name() + " asks nothing that the scripts for " + words
                    + " ask; they ask " + can.stream().map(Endpoint::spelling).collect(Collectors.joining(", "))
                    + ". Leave --engine out.");
        }
    }

    /// As people write it.
    String words() {
        return words;
    }

    /// How long before a phase it is started, so that it is ready when the phase begins.
    int headStartS() {
        return headStartS;
    }

    String install() {
        return install;
    }

    /// The argument with which it tells its version.
    String version() {
        return switch (this) {
            case K6 -> "version";
            case LOCUST -> "--version";
            case VEGETA -> "-version";
        };
    }

    /// From when on its latencies count.
    String measures() {
        return measures;
    }

    List<Script> scripts() {
        return switch (this) {
            case K6 ->
                List.of(
                        new Script("k6-campaign-creation.js", EnumSet.of(Endpoint.CAMPAIGN_CREATE)),
                        new Script(
                                "k6-tracking-stress.js",
                                EnumSet.of(
                                        Endpoint.TRACK_OPEN,
                                        Endpoint.TRACK_CLICK,
                                        Endpoint.TRACK_UNSEEN,
                                        Endpoint.TRACK_MALFORMED)),
                        new Script(
                                "k6-analytics-load.js",
                                EnumSet.of(
                                        Endpoint.ANALYTICS_OVERVIEW,
                                        Endpoint.ANALYTICS_TIMELINE,
                                        Endpoint.ANALYTICS_TOP_LINKS,
                                        Endpoint.ANALYTICS_RECENT)));
            case LOCUST ->
                List.of(new Script(
                        "locustfile.py",
                        EnumSet.of(
                                Endpoint.CAMPAIGN_LIST,
                                Endpoint.CAMPAIGN_CREATE,
                                Endpoint.ANALYTICS_OVERVIEW,
                                Endpoint.TRACK_OPEN,
                                Endpoint.TRACK_CLICK)));
            case VEGETA ->
                List.of(new Script(
                        "vegeta-tracking.sh",
                        EnumSet.of(Endpoint.TRACK_OPEN, Endpoint.TRACK_CLICK, Endpoint.TRACK_MALFORMED)));
        };
    }
}
