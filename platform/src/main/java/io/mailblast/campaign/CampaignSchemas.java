package io.mailblast.campaign;

import io.mailblast.http.Schema;

/// The shapes that campaigns have on the wire.
final class CampaignSchemas {

    private static final int NAME = 200;
    private static final int SUBJECT = 998;
    private static final int CONTENT = 2 << 20;
    private static final int ADDRESS = 254;
    private static final int ZONE = 60;
    private static final Schema WEIGHT = Schema.whole(1, 1_000);
    private static final Schema HOURLY_LIMIT = Schema.whole(1, 100_000_000);

    static final Schema STATE = Schema.choice(
            "draft", "scheduled", "held", "queueing", "sending", "paused", "sent", "cancelling", "cancelled");

    static final Schema.Shape NEW = Schema.shape("NewCampaign")
            .field("name", Schema.line(1, NAME))
            .field("subject", Schema.line(1, SUBJECT))
            .field("from_name", Schema.line(1, NAME))
            .field("from_email", Schema.formatted("email", ADDRESS))
            .field("content", Schema.text(0, CONTENT))
            .optional("text_content", Schema.orNull(Schema.text(0, CONTENT)))
            .optional("reply_to", Schema.orNull(Schema.formatted("email", ADDRESS)))
            .optional("list_ids", Schema.items(Schema.id(), 1_000))
            .optional("tracking", Schema.flag());

    static final Schema.Shape CHANGES = Schema.shape("CampaignChanges")
            .optional("name", Schema.line(1, NAME))
            .optional("subject", Schema.line(1, SUBJECT))
            .optional("from_name", Schema.line(1, NAME))
            .optional("from_email", Schema.formatted("email", ADDRESS))
            .optional("content", Schema.text(0, CONTENT))
            .optional("text_content", Schema.orNull(Schema.text(0, CONTENT)))
            .optional("reply_to", Schema.orNull(Schema.formatted("email", ADDRESS)))
            .optional("list_ids", Schema.items(Schema.id(), 1_000))
            .optional("tracking", Schema.flag());

    static final Schema.Shape CAMPAIGN = Schema.shape("Campaign")
            .field("id", Schema.id())
            .field("name", Schema.line(1, NAME))
            .field("subject", Schema.line(1, SUBJECT))
            .field("from_name", Schema.line(1, NAME))
            .field("from_email", Schema.formatted("email", ADDRESS))
            .field("reply_to", Schema.orNull(Schema.formatted("email", ADDRESS)))
            .field("content", Schema.text(0, CONTENT))
            .field("text_content", Schema.orNull(Schema.text(0, CONTENT)))
            .field("list_ids", Schema.items(Schema.id(), 1_000))
            .field("state", STATE)
            .field("state_reason", Schema.orNull(Schema.text(0, 1_000)))
            .field("recipients", Schema.whole(0, Integer.MAX_VALUE))
            .field("created_at", Schema.formatted("date-time", 40))
            .field("updated_at", Schema.formatted("date-time", 40))
            .field("send_requested_at", Schema.orNull(Schema.formatted("date-time", 40)))
            .field("queued_at", Schema.orNull(Schema.formatted("date-time", 40)))
            .field("finished_at", Schema.orNull(Schema.formatted("date-time", 40)))
            .field("scheduled_at", Schema.orNull(Schema.formatted("date-time", 40)))
            .field("time_zone", Schema.orNull(Schema.text(1, ZONE)))
            .field("resume_at", Schema.orNull(Schema.formatted("date-time", 40)))
            .field("weight", WEIGHT)
            .field("hourly_limit", Schema.orNull(HOURLY_LIMIT))
            .field("tracking", Schema.flag());

    static final Schema.Shape PACE = Schema.shape("CampaignPace")
            .optional("weight", WEIGHT)
            .optional("hourly_limit", Schema.orNull(HOURLY_LIMIT));

    static final Schema.Shape SCHEDULE = Schema.shape("Schedule")
            .field("at", Schema.line(1, 40))
            .optional("time_zone", Schema.orNull(Schema.line(1, ZONE)));

    static final Schema.Shape SEND =
            Schema.shape("SendAnswer").field("id", Schema.id()).field("state", Schema.text(1, 20));

    static final Schema.Shape NEW_TEST = Schema.shape("NewTestMail")
            .field("email", Schema.formatted("email", ADDRESS))
            .optional("contact_id", Schema.orNull(Schema.id()));

    static final Schema.Shape TEST = Schema.shape("TestMail")
            .field("id", Schema.id())
            .field("email", Schema.formatted("email", ADDRESS))
            .field("state", Schema.choice("waiting", "begun", "accepted", "refused", "in_doubt"))
            .field("problem", Schema.orNull(Schema.text(0, 1_000)))
            .field("requested_at", Schema.formatted("date-time", 40))
            .field("finished_at", Schema.orNull(Schema.formatted("date-time", 40)));

    private static final Schema COUNT = Schema.whole(0, Long.MAX_VALUE);

    static final Schema.Shape NEW_PREVIEW = Schema.shape("NewPreview")
            .field("subject", Schema.text(0, SUBJECT))
            .field("content", Schema.text(0, CONTENT))
            .optional("text_content", Schema.orNull(Schema.text(0, CONTENT)))
            .optional("contact_id", Schema.orNull(Schema.id()));

    private static final Schema.Shape ADVICE = Schema.shape("Advice")
            .field("field", Schema.choice("subject", "content", "text_content"))
            .field("kind", Schema.choice("problem", "hint"))
            .field("message", Schema.text(1, 1_000));

    static final Schema.Shape PREVIEW = Schema.shape("Preview")
            .field("subject", Schema.text(0, 10_000))
            .field("html", Schema.text(0, CONTENT))
            .field("text", Schema.text(0, CONTENT))
            .field("bytes", COUNT)
            .field("advice", Schema.items(ADVICE, 1_000));

    static final Schema.Shape AUDIENCE = Schema.shape("Audience")
            .field("contacts", COUNT)
            .field("suppressed", COUNT)
            .field("recipients", COUNT);

    private static final Schema.Shape BY_STATE = Schema.shape("RecipientsByState")
            .field("waiting", COUNT)
            .field("sending", COUNT)
            .field("deferred", COUNT)
            .field("sent", COUNT)
            .field("failed", COUNT)
            .field("skipped", COUNT)
            .field("cancelled", COUNT)
            .field("in_doubt", COUNT);

    private static final Schema.Shape PART =
            Schema.shape("TotalAndUnique").field("total", COUNT).field("unique", COUNT);

    private static final Schema.Shape EVENTS = Schema.shape("CampaignEvents")
            .field("total", COUNT)
            .field("unique", COUNT)
            .field("human", PART)
            .field("machine", PART);

    static final Schema.Shape STATS = Schema.shape("CampaignStats")
            .field("id", Schema.id())
            .field("state", Schema.text(1, 20))
            .field("recipients", COUNT)
            .field("by_state", BY_STATE)
            .field("delivered", COUNT)
            .field("opens", EVENTS)
            .field("clicks", EVENTS)
            .field("bounced", COUNT)
            .field("complained", COUNT)
            .field("unsubscribed", COUNT)
            .field("progress", Schema.number())
            .field("mails_per_second", Schema.number())
            .field("seconds", Schema.orNull(Schema.number()));

    static final Schema.Shape RECIPIENT = Schema.shape("CampaignRecipient")
            .field("recipient_no", COUNT)
            .field("contact_id", Schema.orNull(Schema.id()))
            .field("email", Schema.orNull(Schema.text(0, ADDRESS)))
            .field("state", Schema.choice(Stats.STATES.toArray(new String[0])))
            .field("attempts", COUNT)
            .field("provider_id", Schema.orNull(Schema.text(0, 1_000)))
            .field("last_error", Schema.orNull(Schema.text(0, 10_000)));

    private CampaignSchemas() {}
}
