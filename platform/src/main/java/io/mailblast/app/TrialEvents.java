package io.mailblast.app;

import io.mailblast.db.Database;
import io.mailblast.event.Event;
import io.mailblast.key.MessageId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;

/// Opens and clicks as campaigns have them: each event is known by its number alone, so that any number of
/// threads can make them and the same plan makes the same ones.
final class TrialEvents {

    static final int LINKS = 5;

    /// One in so many is a click.
    private static final int CLICKS = 5;

    /// What mail is read with, the common ones more often, machines among them.
    private static final List<String> USER_AGENTS = List.of(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
            "Mozilla/5.0",
            "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
            "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
            "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
            "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)",
            "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
            "Mozilla/5.0 (Linux; Android 13; SM-G991B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36",
            "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.7.0",
            "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17928; Pro)",
            "Barracuda Sentinel (EE)");

    private final IngestTrial.Plan plan;
    private final List<Long> campaigns;
    private final Instant start;

    private TrialEvents(IngestTrial.Plan plan, List<Long> campaigns, Instant start) {
        this.plan = plan;
        this.campaigns = campaigns;
        this.start = start;
    }

    /// Makes up their campaigns.
    static TrialEvents prepare(Database database, IngestTrial.Plan plan) {
        List<Long> campaigns = database.write(handle -> IngestTrial.campaigns(handle, plan));
        return new TrialEvents(plan, campaigns, Instant.now().minus(Duration.ofDays(plan.days())));
    }

    /// @param number from 0, in the order of time
    Event at(int number) {
        SplittableRandom random = new SplittableRandom(number * 0x9e3779b97f4a7c15L + 7);
        double progress = (double) number / plan.events();
        // A window of campaigns moves over all of them: each has its events within some days.
        int oldest = (int) (progress * (plan.campaigns() - plan.active() + 1));
        long campaign = campaigns.get(oldest + random.nextInt(plan.active()));
        // Some read everything, and most little.
        double eager = random.nextDouble();
        int recipient = (int) (eager * eager * plan.recipients());
        MessageId message = new MessageId(plan.workspaceId(), campaign, recipient, 0);
        Instant at =
                start.plusMillis((long) (progress * Duration.ofDays(plan.days()).toMillis()));
        String userAgent = USER_AGENTS.get(random.nextInt(USER_AGENTS.size()));
        return random.nextInt(CLICKS) == 0
                ? Event.clicked(message, at, "https://shop.example/offer/" + random.nextInt(LINKS), userAgent)
                : Event.opened(message, at, userAgent);
    }
}
