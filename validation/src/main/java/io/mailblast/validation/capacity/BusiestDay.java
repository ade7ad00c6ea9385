package io.mailblast.validation.capacity;

import io.mailblast.validation.verdict.Statistics;

/// A load's busiest day, minute by minute: mails become due, workers send what they can, and readers open and click
/// what
/// was sent, some at once and some days later. Amounts are parts of whole ones, as of water: with thousands a minute
/// single ones do not matter.
///
/// Hours around the busiest one have a bell of it; the largest campaign is due at the busiest hour's begin, all at
/// once,
/// beside what is due then anyway. Events of the days before are there when the day begins.
final class BusiestDay {

    static final int MINUTES = 24 * 60;
    private static final int BUSIEST_MINUTE = 10 * 60;
    private static final double BELL_HOURS = 2.5;

    /// How late readers are, log-normal: a third within the first hour, half within two, a tenth after more than a
    /// day. Assumed; machines that open everything are the reason for the steep begin.
    private static final double MEDIAN_MINUTES = 120;

    private static final double SIGMA = 2;

    /// Later ones count as of the last day.
    private static final int LATEST_MINUTE = 7 * MINUTES;

    private final Demand demand;
    private final double[] due;

    /// @param sentPerMinute mails, each minute
    /// @param waiting mails that are due and not sent, at each minute's end
    /// @param eventsPerMinute of readers and the provider
    /// @param largestMinutes until nothing of the largest campaign waits; infinite where it does not end that day
    /// @param longestWaitMinutes of a mail, first come first served
    record Course(
            double[] sentPerMinute,
            double[] waiting,
            double[] eventsPerMinute,
            double largestMinutes,
            double longestWaitMinutes) {

        double mostSentPerSecond() {
            return highest(sentPerMinute) / 60;
        }

        double mostEventsPerSecond() {
            return highest(eventsPerMinute) / 60;
        }

        private static double highest(double[] of) {
            return java.util.Arrays.stream(of).max().orElse(0);
        }
    }

    BusiestDay(Demand demand) {
        this.demand = demand;
        this.due = due(demand);
    }

    /// @param perSecond mails that all workers together can send
    Course run(double perSecond) {
        double capacity = perSecond * 60;
        double[] sent = new double[MINUTES];
        double[] waiting = new double[MINUTES];
        double queue = 0;
        double largestMinutes = Double.POSITIVE_INFINITY;
        double longestWait = 0;
        for (int i = 0; i < MINUTES; i++) {
            queue += due[i];
            longestWait = Math.max(longestWait, queue / capacity);
            sent[i] = Math.min(queue, capacity);
            queue -= sent[i];
            waiting[i] = queue;
            if (i >= BUSIEST_MINUTE && queue <= 0 && Double.isInfinite(largestMinutes)) {
                largestMinutes = i - BUSIEST_MINUTE + sent[i] / capacity;
            }
        }
        return new Course(sent, waiting, events(sent), largestMinutes, longestWait);
    }

    private static double[] due(Demand demand) {
        double[] due = new double[MINUTES];
        for (int i = 0; i < MINUTES; i++) {
            double hours = Math.floorDiv(i - BUSIEST_MINUTE, 60) / BELL_HOURS;
            due[i] = demand.meanHour() / 60 * (1 + (demand.peak() - 1) * Math.exp(-hours * hours));
        }
        due[BUSIEST_MINUTE] += demand.largest();
        return due;
    }

    private double[] events(double[] sent) {
        double usual = demand.meanHour() / 60;
        double[] late = new double[MINUTES];
        double before = 0;
        for (int i = 0; i < MINUTES; i++) {
            double share = share(i + 1);
            late[i] = share - before;
            before = share;
        }
        double[] events = new double[MINUTES];
        for (int i = 0; i < MINUTES; i++) {
            double opened = usual * (1 - share(i));
            for (int k = 0; k <= i; k++) {
                opened += sent[i - k] * late[k];
            }
            events[i] = opened * demand.readersEvents() + sent[i] * demand.providersEvents();
        }
        return events;
    }

    /// Of readers that have read so many minutes after the mail was sent.
    private static double share(double minutes) {
        if (minutes <= 0) {
            return 0;
        }
        return minutes >= LATEST_MINUTE ? 1 : Statistics.normal(Math.log(minutes / MEDIAN_MINUTES) / SIGMA);
    }
}
