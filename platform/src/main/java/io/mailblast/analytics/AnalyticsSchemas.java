package io.mailblast.analytics;

import io.mailblast.http.Schema;

/// The shapes of what analytics answers.
final class AnalyticsSchemas {

    private static final Schema COUNT = Schema.whole(0, Long.MAX_VALUE);

    private static final Schema.Shape COUNTS = Schema.shape("EventCounts")
            .field("total", COUNT)
            .field("machine", COUNT)
            .field("unique", COUNT);

    private static final Schema.Shape RATE = Schema.shape("Rate")
            .field("value", Schema.orNull(Schema.number()))
            .field("of", Schema.choice("sent", "delivered", "unique_opens"));

    private static final Schema.Shape RATES = Schema.shape("Rates")
            .field("delivery", RATE)
            .field("open", RATE)
            .field("click", RATE)
            .field("click_to_open", RATE)
            .field("bounce", RATE)
            .field("complaint", RATE)
            .field("unsubscribe", RATE);

    static final Schema.Shape OVERVIEW = Schema.shape("AnalyticsOverview")
            .field("campaigns", COUNT)
            .field("recipients", COUNT)
            .field("sent", COUNT)
            .field("delivered", COUNT)
            .field("opens", COUNTS)
            .field("clicks", COUNTS)
            .field("bounced", COUNT)
            .field("complained", COUNT)
            .field("unsubscribed", COUNT)
            .field("rates", RATES);

    private static final Schema.Shape POINT = Schema.shape("TimelinePoint")
            .field("start", Schema.formatted("date-time", 40))
            .field("delivered", COUNT)
            .field("opens", COUNT)
            .field("unique_opens", COUNT)
            .field("clicks", COUNT)
            .field("unique_clicks", COUNT)
            .field("bounced", COUNT)
            .field("complained", COUNT)
            .field("unsubscribed", COUNT);

    static final Schema.Shape TIMELINE = Schema.shape("AnalyticsTimeline")
            .field("interval", Schema.choice("hour", "day"))
            .field("timezone", Schema.line(1, 60))
            .field("points", Schema.items(POINT, 1_000));

    static final Schema.Shape LINK = Schema.shape("TopLink")
            .field("url", Schema.text(1, 10_000))
            .field("clicks", COUNT)
            .field("unique_clicks", COUNT)
            .field("campaigns", COUNT);

    static final Schema.Shape EVENT = Schema.shape("RecentEvent")
            .field("at", Schema.formatted("date-time", 40))
            .field("kind", Schema.choice("delivered", "opened", "clicked", "bounced", "complained", "unsubscribed"))
            .field("campaign_id", Schema.id())
            .field("campaign", Schema.orNull(Schema.line(1, 200)))
            .field("contact_id", Schema.orNull(Schema.id()))
            .field("email", Schema.orNull(Schema.line(1, 400)))
            .field("url", Schema.orNull(Schema.text(1, 10_000)))
            .field("hard", Schema.orNull(Schema.flag()))
            .field("detail", Schema.orNull(Schema.line(0, 1_000)));

    private AnalyticsSchemas() {}
}
