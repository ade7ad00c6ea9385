package io.mailblast.validation.capacity;

import java.util.Comparator;
import java.util.List;

/// What a load needs on its busiest day, and for all that is kept.
///
/// @param day its course with so many workers
/// @param workers nodes that send; the fewest that are in time
/// @param trackers nodes that answer opens and clicks
/// @param ingesters nodes that make rows of events
/// @param uses how much of the processors of each the busiest minute takes
/// @param coresInAll that are busy then, of all processes together
/// @param walBytesPerSecond of PostgreSQL's log in the busiest minute
/// @param writesPerSecond to PostgreSQL's disk then
/// @param mailBytesPerSecond to the provider then
/// @param databaseBytes of all that is kept
/// @param monthBytes by which it grows in a month, until the first of it is dropped
/// @param growth how many times this load one PostgreSQL can take
record Needs(
        Demand demand,
        BusiestDay.Course day,
        int workers,
        int trackers,
        int ingesters,
        List<Use> uses,
        double coresInAll,
        double walBytesPerSecond,
        double writesPerSecond,
        double mailBytesPerSecond,
        double databaseBytes,
        double monthBytes,
        double growth) {

    private static final int LEAST_PARTITIONS = 12;
    private static final int PARTITIONS_EACH = 4;

    /// A broker for each of three copies, of which two acknowledge (docs/scaling.md).
    private static final int COPIES = 3;

    /// What a broker takes in without being asked for more than a common disk and network: its replicas' among it.
    private static final double BROKER_BYTES_PER_SECOND = 50e6;

    /// An event in the log, with what Kafka adds to it, at most.
    private static final double LOG_BYTES = 200;

    Needs {
        uses = List.copyOf(uses);
    }

    /// @param share of it that is used
    record Use(String what, double share) {}

    /// What is full first when the load grows and nothing is added.
    Use first() {
        return uses.stream().max(Comparator.comparingDouble(Use::share)).orElseThrow();
    }

    /// Whether the processors of one node can do all of it, with room to spare.
    boolean isOneMachinesWork(Hardware hardware) {
        return coresInAll <= hardware.nodeCores() * Sizing.ROOM;
    }

    /// Whether one node is enough: it has one worker, which waits for the provider's answers.
    boolean fitsOneMachine(Hardware hardware) {
        return isOneMachinesWork(hardware) && workers == 1;
    }

    /// Whether events must go through Kafka: a log on one node's disk is ingested by that node alone.
    boolean needsKafka() {
        return trackers > 1 || ingesters > 1;
    }

    int partitions() {
        return Math.max(LEAST_PARTITIONS, PARTITIONS_EACH * ingesters);
    }

    int brokers() {
        double bytes = day.mostEventsPerSecond() * LOG_BYTES * COPIES;
        return Math.max(COPIES, (int) Math.ceil(bytes / BROKER_BYTES_PER_SECOND));
    }
}
