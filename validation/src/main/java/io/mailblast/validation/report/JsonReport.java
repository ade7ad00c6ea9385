package io.mailblast.validation.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.engine.SelfWatch;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.observe.Machine;
import io.mailblast.validation.plan.Endpoint;
import io.mailblast.validation.plan.Fact;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.plan.Unit;
import io.mailblast.validation.run.RunResult;
import io.mailblast.validation.verdict.Evidence;
import io.mailblast.validation.verdict.Judged;
import io.mailblast.validation.verdict.Saturation;
import io.mailblast.validation.verdict.Span;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/// The result for programs.
public final class JsonReport {

    private JsonReport() {}

    /// @param report where the page for people is; empty where none was written
    public static ObjectNode of(RunResult result, String report) {
        ObjectNode json = ApiClient.JSON
                .createObjectNode()
                .put("plan", result.plan().name())
                .put("verdict", result.verdict().name().toLowerCase(Locale.ROOT))
                .put("time_scale", result.timeScale())
                .put("seed", result.seed())
                .put("started_at", result.startedAt().toString())
                .put("ended_at", result.endedAt().toString())
                .put("target", result.site())
                .put("version", result.version());
        json.set("setup", setup(result.plan().setup()));
        ArrayNode kpis = json.putArray("kpis");
        result.kpis().forEach(kpi -> kpis.add(kpi(kpi, result.timeScale())));
        ArrayNode integrity = json.putArray("integrity");
        result.integrity()
                .forEach(each -> integrity
                        .addObject()
                        .put("name", each.name())
                        .put("agrees", each.agrees())
                        .put("detail", each.words()));
        ArrayNode phases = json.putArray("phases");
        for (Span span : result.evidence().spans()) {
            phases.add(phase(span, result.evidence()));
        }
        result.saturation().ifPresent(found -> json.set("saturation", saturation(found)));
        json.set("generator", generator(result.self()));
        json.set("machine", machine(result.machine()));
        if (!result.ending().isEmpty()) {
            json.put("ended_early", result.ending());
        }
        json.put("report", report);
        return json;
    }

    private static ObjectNode setup(Plan.Setup setup) {
        ObjectNode json = ApiClient.JSON.createObjectNode().put("provider_latency_ms", setup.providerLatencyMs());
        ObjectNode settings = json.putObject("settings");
        new TreeMap<>(setup.settings()).forEach(settings::put);
        return json;
    }

    /// With what was done in each minute of it, on average, where it had a resource of its own.
    private static ObjectNode phase(Span span, Evidence evidence) {
        ObjectNode json = ApiClient.JSON
                .createObjectNode()
                .put("name", span.name())
                .put("measured", span.isMeasured())
                .put("from_second", span.fromSecond())
                .put("to_second", span.toSecond());
        span.phase().resource().ifPresent(resource -> {
            ObjectNode given = json.putObject("resource")
                    .put("kind", resource.kind().spelling())
                    .put("amount", resource.amount());
            resource.share().ifPresent(share -> given.put("share", share));
            ObjectNode perMinute = json.putObject("per_minute");
            for (Endpoint.Group group : Endpoint.Group.values()) {
                long good = evidence.tally(group.endpoints(), List.of(span)).good();
                if (good > 0) {
                    perMinute.put(group.spelling(), shown(Unit.PER_MINUTE, good * 60.0 / Math.max(1, span.seconds())));
                }
            }
            evidence.facts()
                    .find(span.name(), Fact.SENT_PER_MINUTE)
                    .ifPresent(sent -> perMinute.put("sent", shown(Unit.PER_MINUTE, sent.value())));
        });
        return json;
    }

    private static ObjectNode kpi(Judged judged, double timeScale) {
        Unit unit = judged.kpi().measure().unit();
        ObjectNode json = ApiClient.JSON
                .createObjectNode()
                .put("id", judged.kpi().id())
                .put("name", judged.kpi().name())
                .put("source", judged.kpi().source())
                .put("target", judged.kpi().targetText(timeScale));
        judged.actual().ifPresentOrElse(value -> json.put("actual", shown(unit, value)), () -> json.putNull("actual"));
        json.put("unit", unit.symbol())
                .put("samples", judged.samples())
                .put("samples_needed", judged.kpi().samples())
                .put("required", judged.kpi().isRequired())
                .put("verdict", judged.verdict().spelling());
        judged.interval()
                .ifPresent(interval -> json.putArray("interval")
                        .add(shown(unit, interval.low()))
                        .add(shown(unit, interval.high())));
        if (!judged.words().isEmpty()) {
            json.put("detail", judged.words());
        }
        ArrayNode tags = json.putArray("tags");
        judged.kpi().tags().stream().sorted().forEach(tags::add);
        return json;
    }

    /// In the unit that stands beside it: a share as per cent; five digits are what is known.
    private static double shown(Unit unit, double value) {
        double scaled = unit == Unit.RATIO ? value * 100 : value;
        return scaled == 0
                ? 0
                : new java.math.BigDecimal(scaled)
                        .round(new java.math.MathContext(5))
                        .doubleValue();
    }

    private static ObjectNode saturation(Saturation found) {
        ObjectNode json = ApiClient.JSON
                .createObjectNode()
                .put("knee_users", shown(Unit.COUNT, found.kneeUsers()))
                .put("most_per_second", shown(Unit.COUNT, found.best().perSecond()))
                .put("most_at_users", found.best().users())
                .put("lambda", shown(Unit.COUNT, found.law().lambda()))
                .put("sigma", shown(Unit.COUNT, found.law().sigma()))
                .put("kappa", shown(Unit.COUNT, found.law().kappa()))
                .put("r2", shown(Unit.COUNT, found.law().r2()));
        ArrayNode steps = json.putArray("steps");
        found.steps()
                .forEach(step -> steps.addObject()
                        .put("users", step.users())
                        .put("per_second", shown(Unit.COUNT, step.perSecond()))
                        .put("p50_ms", step.p50Ms())
                        .put("p95_ms", step.p95Ms()));
        ArrayNode saturated = json.putArray("saturated");
        found.saturated().forEach(saturated::add);
        return json;
    }

    private static ObjectNode generator(SelfWatch.Seen self) {
        ObjectNode json = ApiClient.JSON
                .createObjectNode()
                .put("engine", self.others().engine())
                .put("late_p50_ms", self.lateP50Ms())
                .put("late_p99_ms", self.lateP99Ms())
                .put("late_max_ms", self.lateMaxMs())
                .put("cores_used", Math.round(self.cores() * 100) / 100.0)
                .put("gc_share", Math.round(self.gcShare() * 10_000) / 10_000.0);
        ArrayNode doubts = json.putArray("doubts");
        self.doubts().forEach(doubts::add);
        return json;
    }

    private static ObjectNode machine(Machine machine) {
        return ApiClient.JSON
                .createObjectNode()
                .put("cores", machine.cores())
                .put("memory_mb", machine.memoryMb())
                .put("cpu", machine.cpu())
                .put("jdk", machine.jdk())
                .put("kernel", machine.kernel())
                .put("load_average_before", machine.loadAverage());
    }
}
