package io.mailblast.analytics;

import io.mailblast.http.Schema;

/// The shapes of what analytics answers.
final class AnalyticsSchemas {

    private static final Schema COUNT = Schema.whole(0, Long.MAX_VALUE);

    private static final Schema.Shape PART =
            Schema.shape("EventCountsPart").field("total", COUNT).field("unique", COUNT);

    private static final Schema.Shape COUNTS = Schema.shape("EventCounts")
            .field("total", COUNT)
            .field("unique", COUNT)
            .field("human", PART)
            .field("machine", PART);

    private static final Schema.Shape RATE = Schema.shape("Rate")
            .field("value", Schema.orNull(Schema.number()))
            .field("of", Schema.choice("sent", "delivered", "unique_opens"));

    private static final Schema.Shape RATES = Schema.shape("Rates")
            .field("delivery", RATE)
            .field("open", RATE)
            .field("human_open", RATE)
            .field("click", RATE)
            .field("human_click", RATE)
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
            .field("human_opens", COUNT)
            .field("unique_human_opens", COUNT)
            .field("clicks", COUNT)
            .field("unique_clicks", COUNT)
            .field("human_clicks", COUNT)
            .field("unique_human_clicks", COUNT)
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
            .field(
                    "kind",
                    Schema.choice("delivered", "opened", "clicked", "bounced", "complained", "unsubscribed", "probed"))
            .field("campaign_id", Schema.id())
            .field("campaign", Schema.orNull(Schema.line(1, 200)))
            .field("contact_id", Schema.orNull(Schema.id()))
            .field("email", Schema.orNull(Schema.line(1, 400)))
            .field("url", Schema.orNull(Schema.text(1, 10_000)))
            .field("hard", Schema.orNull(Schema.flag()))
            .field("detail", Schema.orNull(Schema.line(0, 1_000)));

    private static final Schema SHARE = Schema.orNull(Schema.number());

    private static final Schema.Shape LINK_CLICKS = Schema.shape("LinkClicks")
            .field("link_no", COUNT)
            .field("url", Schema.text(1, 10_000))
            .field("clicks", COUNTS)
            .field("share", SHARE);

    private static final Schema.Shape USED = Schema.shape("Used")
            .field("name", Schema.line(1, 200))
            .field("opens", COUNT)
            .field("human_opens", COUNT)
            .field("clicks", COUNT)
            .field("human_clicks", COUNT);

    private static final Schema.Shape GRID_HOUR = Schema.shape("GridHour")
            .field("weekday", Schema.whole(1, 7))
            .field("hour", Schema.whole(0, 23))
            .field("opens", COUNT)
            .field("human_opens", COUNT)
            .field("clicks", COUNT)
            .field("human_clicks", COUNT);

    private static final Schema.Shape COMPARISON = Schema.shape("CampaignComparison")
            .field("campaigns", Schema.whole(0, CampaignReport.COMPARED))
            .field("delivery", SHARE)
            .field("open", SHARE)
            .field("human_open", SHARE)
            .field("click", SHARE)
            .field("human_click", SHARE)
            .field("bounce", SHARE)
            .field("complaint", SHARE)
            .field("unsubscribe", SHARE);

    static final Schema.Shape REPORT = Schema.shape("CampaignReport")
            .field("id", Schema.id())
            .field("name", Schema.line(1, 200))
            .field("subject", Schema.line(0, 1_000))
            .field("from_email", Schema.line(0, 400))
            .field("sent_at", Schema.orNull(Schema.formatted("date-time", 40)))
            .field("timezone", Schema.line(1, 60))
            .field("recipients", COUNT)
            .field("sent", COUNT)
            .field("delivered", COUNT)
            .field("opens", COUNTS)
            .field("clicks", COUNTS)
            .field("bounced", COUNT)
            .field("complained", COUNT)
            .field("unsubscribed", COUNT)
            .field("probed", COUNT)
            .field("rates", RATES)
            .field("links", Schema.items(LINK_CLICKS, 10_000))
            .field("devices", Schema.items(USED, 100))
            .field("clients", Schema.items(USED, 10_000))
            .field("systems", Schema.items(USED, 10_000))
            .field("grid", Schema.items(GRID_HOUR, 168))
            .field("comparison", COMPARISON);

    private AnalyticsSchemas() {}
}
