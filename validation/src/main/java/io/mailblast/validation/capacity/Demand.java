package io.mailblast.validation.capacity;

import java.time.Duration;

/// A load, as people say it.
///
/// @param mails a month
/// @param peak the busiest hour, in times of the mean hour of a month
/// @param largest recipients of the largest campaign, which is told to send in that hour, beside what it has anyway
/// @param within so long the largest campaign may take
/// @param opens of a mail, those by machines among them
/// @param clicks of a mail
/// @param contacts in all lists together
/// @param months for which recipients and events are kept
/// @param provider how mails leave
/// @param latency that the provider takes for an answer
/// @param connections that a worker has to it
record Demand(
        double mails,
        double peak,
        double largest,
        Duration within,
        double opens,
        double clicks,
        double contacts,
        double months,
        Provider provider,
        Duration latency,
        int connections) {

    private static final double DAYS_OF_A_MONTH = 365.25 / 12;

    /// How mails leave, and what of them comes back as events.
    enum Provider {
        SMTP(0),
        /// One notification of each delivery.
        SES(1);

        private final double notifications;

        Provider(double notifications) {
            this.notifications = notifications;
        }
    }

    double meanHour() {
        return mails / DAYS_OF_A_MONTH / 24;
    }

    /// What readers do; it comes late, and over days.
    double readersEvents() {
        return opens + clicks;
    }

    /// What the provider says of a mail; it comes at once.
    double providersEvents() {
        return provider.notifications;
    }

    double eventsOfAMonth() {
        return mails * (readersEvents() + providersEvents());
    }
}
