package io.mailblast.validation.capacity;

import io.mailblast.validation.installation.CannotRunException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Finds the fewest nodes with which a load's busiest day goes well.
final class Sizing {

    /// Of a node's processors, what the busiest minute may take: beyond it waiting grows steeply (in an M/M/1 queue it
    /// doubles between 70 and 82%), and one node of several may fail.
    static final double ROOM = 0.7;

    /// A connection waits so long before each mail, beside its provider's answer: the mail's intent is gathered with
    /// others for 10 ms and committed before it goes. Where answers come sooner than that, enough gather in less.
    static final Duration INTENT = Duration.ofMillis(15);

    private static final int MOST_WORKERS = 4_096;
    private static final double MICROS = 1e6;

    /// 8 KB of HTML and its text, encoded, with headers and envelope: what `bench sending` sends.
    private static final double MAIL_BYTES = 14_076;

    private final Costs costs;
    private final Hardware hardware;

    Sizing(Costs costs, Hardware hardware) {
        this.costs = costs;
        this.hardware = hardware;
    }

    /// Mails that one worker sends a second: as fast as it computes, or as the provider answers.
    ///
    /// @param cores that it has
    static double workerPerSecond(
            Costs costs, Demand.Provider provider, Duration latency, int connections, double cores) {
        double computing = cores * MICROS / costs.workerMicros(provider);
        Duration intent = latency.compareTo(INTENT) < 0 ? latency : INTENT;
        double seconds = latency.plus(intent).toNanos() / 1e9;
        return seconds <= 0 ? computing : Math.min(computing, connections / seconds);
    }

    /// @throws CannotRunException where no number of workers is in time
    Needs of(Demand demand) {
        BusiestDay busiest = new BusiestDay(demand);
        double one = workerPerSecond(
                costs, demand.provider(), demand.latency(), demand.connections(), hardware.nodeCores() * ROOM);
        int workers = fewest(busiest, demand, one);
        BusiestDay.Course day = busiest.run(workers * one);
        double mails = day.mostSentPerSecond();
        double events = day.mostEventsPerSecond();
        Costs.InDatabase mail = costs.mail(demand.provider());
        Costs.InDatabase event = costs.event();
        double workerCores = mails * costs.workerMicros(demand.provider()) / MICROS;
        double answerCores = events * costs.answerMicros() / MICROS;
        double ingestCores = events * costs.ingestMicros() / MICROS;
        double databaseCores = (mails * mail.micros() + events * event.micros()) / MICROS;
        // One transaction after the other: while PostgreSQL works at it, its ingester waits.
        double ingestBusy = events * (costs.ingestMicros() + event.micros()) / MICROS;
        int trackers = atLeastOne(answerCores / (hardware.nodeCores() * ROOM));
        int ingesters = atLeastOne(ingestBusy / ROOM);
        List<Needs.Use> uses = new ArrayList<>();
        uses.add(new Needs.Use("workers", workerCores / (workers * (double) hardware.nodeCores())));
        uses.add(new Needs.Use("tracking nodes", answerCores / (trackers * (double) hardware.nodeCores())));
        uses.add(new Needs.Use("ingesters", ingestBusy / ingesters));
        uses.add(new Needs.Use("PostgreSQL", databaseCores / hardware.databaseCores()));
        double monthBytes = demand.mails() * mail.bytes() + demand.eventsOfAMonth() * event.bytes();
        return new Needs(
                demand,
                day,
                workers,
                trackers,
                ingesters,
                uses,
                workerCores + answerCores + ingestCores + databaseCores,
                mails * mail.walBytes() + events * event.walBytes(),
                mails * mail.writes() + events * event.writes(),
                mails * MAIL_BYTES,
                demand.contacts() * costs.contact().bytes() + demand.months() * monthBytes,
                monthBytes,
                hardware.databaseCores() * ROOM / databaseCores);
    }

    private static int fewest(BusiestDay busiest, Demand demand, double one) {
        int enough = 1;
        while (!isInTime(busiest.run(enough * one), demand)) {
            enough *= 2;
            if (enough > MOST_WORKERS) {
                throw new CannotRunException("Not even " + MOST_WORKERS
                        + " workers are in time. Give the largest campaign more of it (--within), or the provider"
                        + " more connections (--connections).");
            }
        }
        int least = enough / 2 + 1;
        while (least < enough) {
            int middle = (least + enough) / 2;
            if (isInTime(busiest.run(middle * one), demand)) {
                enough = middle;
            } else {
                least = middle + 1;
            }
        }
        return enough;
    }

    private static boolean isInTime(BusiestDay.Course course, Demand demand) {
        double minutes = demand.within().toNanos() / 60e9;
        return course.largestMinutes() <= minutes && course.longestWaitMinutes() <= minutes;
    }

    private static int atLeastOne(double nodes) {
        return Math.max(1, (int) Math.ceil(nodes));
    }
}
