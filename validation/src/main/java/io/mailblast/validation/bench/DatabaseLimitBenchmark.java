package io.mailblast.validation.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.fault.CoreLimit;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.Installation;
import io.mailblast.validation.installation.Launcher;
import io.mailblast.validation.observe.Machine;
import io.mailblast.validation.observe.ProcessProbe;
import io.mailblast.validation.traffic.Audience;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// Where PostgreSQL is what sending waits for, and why: campaigns while its processes have a small part of a core,
/// twice it and four times it, by a control group. What one core of it carries follows, and with how much of it
/// something else is full first.
final class DatabaseLimitBenchmark implements Benchmark {

    private static final double[] SHARES = {0.05, 0.1, 0.2};
    private static final int WARM_UP = 500_000;

    /// Of what it may use, from which on it is what is full.
    private static final double FULL = 0.9;

    /// Every one of which is a question to the database, whose time is short.
    private static final int LOOK_EVERY_MS = 1_000;

    @Override
    public BenchResult run(Launcher launcher, Settings settings, Screen screen) {
        CoreLimit.check();
        BenchResult result = new BenchResult("database", Machine.read());
        screen.step("Starting a mail sink, the API with its database, and a worker ...");
        try (SmtpSink sink = SmtpSink.start();
                Installation installation =
                        Installation.start(launcher, List.of("--quiet"), SendingBenchmark.smtp(sink));
                ApiClient api = installation.signIn();
                ApiClient worker = new ApiClient(installation.workerHttp())) {
            Audience audience = new Audience(installation, api);
            ProcessProbe probe = new ProcessProbe(worker, installation.process("worker"));
            Campaigns campaigns = new Campaigns(installation, audience, api, probe, sink::taken, screen, result);
            new Sending(installation, campaigns, audience, settings, screen, result).measure();
            result.version("MailBlast", api.get("/health/ready").path("version").asText());
        }
        result.configured("mails", Settings.grouped(settings.mails()) + " a campaign by SMTP");
        result.configured("database", "embedded PostgreSQL, durable, its processes in a control group");
        return result;
    }

    private record Sending(
            Installation installation,
            Campaigns campaigns,
            Audience audience,
            Settings settings,
            Screen screen,
            BenchResult result) {

        void measure() {
            screen.step("Importing " + Settings.grouped(settings.mails()) + " contacts ...");
            JsonNode _ = audience.sender();
            long list = audience.list("Limits", settings.mails());
            int times = Math.ceilDiv(WARM_UP, settings.mails());
            for (int i = 1; i <= times; i++) {
                screen.step("Warming up, " + i + " of " + times + " ...");
                Campaigns.Measured _ = campaigns.send(list, settings.mails(), 1);
            }
            List<Seen> free = seen(list, OptionalDouble.empty());
            report(OptionalDouble.empty(), free);
            List<Double> perCore = new ArrayList<>();
            for (double share : SHARES) {
                try (CoreLimit _ = CoreLimit.of(installation.database().processes(), share)) {
                    List<Seen> seen = seen(list, OptionalDouble.of(share));
                    report(OptionalDouble.of(share), seen);
                    if (median(seen, Seen::databaseCores) >= share * FULL) {
                        perCore.add(median(seen, Seen::mailsPerSecond) / share);
                    }
                }
            }
            conclude(free, perCore);
        }

        private List<Seen> seen(long list, OptionalDouble share) {
            List<Seen> all = new ArrayList<>();
            for (int i = 1; i <= settings.repeats(); i++) {
                screen.step(words(share) + ", " + i + " of " + settings.repeats() + " ...");
                try (Waits waits = Waits.watch(installation.database(), LOOK_EVERY_MS)) {
                    Campaigns.Measured measured = campaigns.send(list, settings.mails(), 1);
                    all.add(Seen.of(measured, waits));
                }
            }
            return all;
        }

        private void report(OptionalDouble share, List<Seen> seen) {
            String name = share.isPresent()
                    ? String.format(Locale.ROOT, "database_%s_core_mails_per_second", share.getAsDouble())
                    : "database_unlimited_mails_per_second";
            double cores = median(seen, Seen::databaseCores);
            String full = share.isPresent() && cores >= share.getAsDouble() * FULL
                    ? "PostgreSQL's processor time is what is full. "
                    : "Something else is full first. ";
            result.add(Figure.of(
                            name,
                            "mails/s",
                            Spread.median(
                                    seen.stream().map(Seen::mailsPerSecond).toList()))
                    .noting(String.format(
                            Locale.ROOT,
                            "%sPostgreSQL used %.3f of a core%s, the worker %.2f. Its connections, looked at while they"
                                    + " worked: %s.",
                            full,
                            cores,
                            share.isPresent()
                                    ? String.format(
                                            Locale.ROOT, " (%.0f%% of its share)", cores / share.getAsDouble() * 100)
                                    : "",
                            median(seen, Seen::workerCores),
                            seen.getLast().waits())));
        }

        private void conclude(List<Seen> free, List<Double> perCore) {
            if (perCore.isEmpty()) {
                result.failed("With none of the shares PostgreSQL was full: nothing follows from it.");
                return;
            }
            Spread carried = Spread.median(perCore);
            double unlimited = median(free, Seen::mailsPerSecond) / median(free, Seen::databaseCores);
            result.add(Figure.of("mails_per_core_of_database", "mails/s", carried)
                    .under("by_its_time_without_a_limit", Spread.once(unlimited))
                    .noting("Where PostgreSQL was full, by the share that it had; beside it what its processor time"
                            + " without a limit comes to."));
            result.note(String.format(
                    Locale.ROOT,
                    "PostgreSQL becomes the limit where it has less than %.2f of a core for a worker that sends %,.0f mails/s.",
                    median(free, Seen::mailsPerSecond) / carried.value(),
                    median(free, Seen::mailsPerSecond)));
        }
    }

    /// One campaign.
    ///
    /// @param databaseCores by all that the campaign cost, its queueing too: it can be more than a limit allows
    /// @param waits what the database's connections did, in words
    private record Seen(double mailsPerSecond, double databaseCores, double workerCores, String waits) {

        static Seen of(Campaigns.Measured measured, Waits waits) {
            double thousands = measured.mailsPerSecond() / 1_000;
            return new Seen(
                    measured.mailsPerSecond(),
                    measured.databaseCpu().orElse(Double.NaN) * thousands,
                    measured.workerCpu().orElse(Double.NaN) * thousands,
                    waits.shares().entrySet().stream()
                            .map(entry ->
                                    String.format(Locale.ROOT, "%.0f%% %s", entry.getValue() * 100, entry.getKey()))
                            .collect(Collectors.joining(", ")));
        }
    }

    private static double median(List<Seen> seen, ToDoubleFunction<Seen> of) {
        return Spread.median(seen.stream().mapToDouble(of).boxed().toList()).value();
    }

    private static String words(OptionalDouble share) {
        return share.isPresent()
                ? "PostgreSQL with " + share.getAsDouble() + " of a core"
                : "PostgreSQL without a limit";
    }
}
