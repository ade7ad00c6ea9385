package io.mailblast.campaign;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.content.Newsletter;
import io.mailblast.db.Database;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Feature;
import io.mailblast.http.Route;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;

/// `/campaigns/{id}/schedule`, `/pause`, `/resume` and `/cancel`.
public final class LifecycleRoutes implements Feature {

    private final Lifecycle lifecycle;
    private final InstantSource clock;

    public LifecycleRoutes(Database database, Gate gate, Newsletter.Press press, InstantSource clock) {
        this.lifecycle = new Lifecycle(database, new Readiness(gate, press));
        this.clock = clock;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.post("/campaigns/{id}/schedule", "scheduleCampaign")
                        .tag("sending")
                        .summary("Send it at a time: RFC 3339, or local with a time zone")
                        .body(CampaignSchemas.SCHEDULE)
                        .answers(200, CampaignSchemas.CAMPAIGN)
                        .problems(409, 422)
                        .handle(this::schedule),
                Route.delete("/campaigns/{id}/schedule", "unscheduleCampaign")
                        .tag("sending")
                        .summary("Make a scheduled or held campaign a draft again")
                        .answers(200, CampaignSchemas.CAMPAIGN)
                        .problems(409)
                        .handle(call -> Answer.ok(lifecycle.unschedule(call.workspaceId(), call.id()))),
                Route.post("/campaigns/{id}/pause", "pauseCampaign")
                        .tag("sending")
                        .summary("Begin no more of its mails until it is resumed")
                        .answers(200, CampaignSchemas.CAMPAIGN)
                        .problems(409)
                        .handle(call -> Answer.ok(lifecycle.pause(call.workspaceId(), call.id()))),
                Route.post("/campaigns/{id}/resume", "resumeCampaign")
                        .tag("sending")
                        .summary("Go on with a paused campaign, or let one go that is held")
                        .answers(200, CampaignSchemas.CAMPAIGN)
                        .problems(409)
                        .handle(call -> Answer.ok(lifecycle.resume(call.workspaceId(), call.id()))),
                Route.patch("/campaigns/{id}/pace", "paceCampaign")
                        .tag("sending")
                        .summary(
                                "How many mails an hour at most, and its share among others; at any time before its end")
                        .body(CampaignSchemas.PACE)
                        .answers(200, CampaignSchemas.CAMPAIGN)
                        .problems(409)
                        .handle(this::pace),
                Route.post("/campaigns/{id}/cancel", "cancelCampaign")
                        .tag("sending")
                        .summary("Begin no more of its mails ever; what is begun ends, the rest counts as cancelled")
                        .answers(202, CampaignSchemas.CAMPAIGN)
                        .problems(409)
                        .handle(call -> Answer.accepted(lifecycle.cancel(call.workspaceId(), call.id()))));
    }

    private Answer pace(Call call) {
        JsonNode weight = call.body().path("weight");
        JsonNode limit = call.body().path("hourly_limit");
        return Answer.ok(lifecycle.pace(
                call.workspaceId(),
                call.id(),
                weight.isMissingNode() ? null : Integer.valueOf(weight.intValue()),
                limit.isMissingNode() ? OptionalInt.empty() : OptionalInt.of(limit.asInt(0))));
    }

    private Answer schedule(Call call) {
        String zone = call.body().path("time_zone").textValue();
        ScheduleTime time = ScheduleTime.of(call.body().get("at").textValue(), zone, clock.instant());
        return Answer.ok(lifecycle.schedule(call.workspaceId(), call.id(), time));
    }
}
