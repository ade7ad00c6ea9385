package io.mailblast.validation.sabotage;

import io.mailblast.validation.sabotage.Sabotage.Way;
import java.util.List;
import java.util.Set;

/// A trouble for each kind of KPI, and none for the first run.
final class Sabotages {

    private Sabotages() {}

    static List<Sabotage> all() {
        return List.of(
                new Sabotage("none", "it is well", Set.of(), Way.NETWORK, _ -> () -> {}),
                new Sabotage(
                        "added-latency",
                        "answers come 400 ms later",
                        Set.of("percentile"),
                        Way.NETWORK,
                        patient -> patient.delay(400)),
                new Sabotage(
                        "cut-network",
                        "nobody can connect for a fifth of the time",
                        Set.of("errors"),
                        Way.NETWORK,
                        Patient::cut),
                new Sabotage(
                        "slow-provider",
                        "the provider takes one mail a second",
                        Set.of("rate"),
                        Way.NETWORK,
                        patient -> patient.providerRate(1)),
                new Sabotage(
                        "slow-query",
                        "a statement takes 2.5 s",
                        Set.of("slow-query"),
                        Way.NETWORK,
                        patient -> patient.slowStatement(2.5)),
                new Sabotage(
                        "small-pool",
                        "two connections to a database that is 10 ms away",
                        Set.of("pool"),
                        Way.SMALL_POOL,
                        _ -> () -> {}),
                new Sabotage(
                        "large-worker",
                        "the worker has 2.5 GB in memory",
                        Set.of("resource"),
                        Way.NETWORK,
                        patient -> patient.haunt("worker", "map 2500000000")),
                new Sabotage(
                        "leak",
                        "the API keeps 4 MB more every second",
                        Set.of("trend"),
                        Way.NETWORK,
                        patient -> patient.haunt("api", "leak 4000000")),
                new Sabotage(
                        "dropped-events",
                        "five opens that were answered are gone",
                        Set.of("integrity"),
                        Way.NETWORK,
                        Patient::loseEvents));
    }
}
