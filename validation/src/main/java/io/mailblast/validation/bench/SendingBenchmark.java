package io.mailblast.validation.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.http.HttpRequests;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.Installation;
import io.mailblast.validation.installation.Launcher;
import io.mailblast.validation.observe.Machine;
import io.mailblast.validation.observe.ProcessProbe;
import io.mailblast.validation.observe.Prometheus;
import io.mailblast.validation.traffic.Audience;
import io.mailblast.validation.traffic.Samples;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.LongSupplier;

/// How fast one worker sends campaigns: by SMTP to a sink that takes everything, and by SES to the simulator.
/// All state is in PostgreSQL, and nothing of what makes it safe is off. Each has its ceiling in turns with it:
/// a client that only pipelines ready-made bytes to the same sink, and one that only posts finished requests to
/// the same simulator.
final class SendingBenchmark implements Benchmark {

    private static final int CONNECTIONS = 128;
    private static final int PARALLEL = 5;
    private static final int FEW = 100;
    private static final int MILLION = 1_000_000;
    private static final Duration CEILING_WARMUP = Duration.ofSeconds(2);
    private static final Duration FIRST_CEILING = Duration.ofSeconds(3);

    /// What is promised of the queue, in seconds, and of the worker's memory (docs/performance.md).
    private static final double QUEUED_SECONDS = 5;

    private static final double MILLION_QUEUED_SECONDS = 20;
    private static final double SMALL_CAMPAIGN_SECONDS = 10;
    private static final double AT_ONCE_SECONDS = 2;
    private static final double HEAP_MB = 256;

    private final boolean million;
    private final Set<Way> ways;

    /// How mails leave.
    enum Way {
        SMTP("SMTP", "smtp", false, 500_000),
        SES("SES", "ses", false, 60_000),
        BULK("SES in bulk", "ses", true, 60_000);

        private final String title;
        private final String provider;
        private final boolean many;
        /// Mails after which both compilers of the JVM have done nearly all of their work.
        private final int warmUp;

        Way(String title, String provider, boolean many, int warmUp) {
            this.title = title;
            this.provider = provider;
            this.many = many;
            this.warmUp = warmUp;
        }

        Map<String, String> configuration() {
            return Map.of("MAILBLAST_DELIVERY_PROVIDER", provider, "MAILBLAST_SES_BULK", Boolean.toString(many));
        }
    }

    /// @param million also queues one campaign of 1,000,000
    /// @param ways that are measured, at least one
    SendingBenchmark(boolean million, Set<Way> ways) {
        this.million = million;
        this.ways = ways;
    }

    @Override
    public BenchResult run(Launcher launcher, Settings settings, Screen screen) {
        BenchResult result = new BenchResult("sending", Machine.read());
        screen.step(
                "Starting a mail sink, a simulator that reacts to nothing, the API with its database, and a worker ...");
        try (SmtpSink sink = SmtpSink.start();
                Installation installation = Installation.start(
                        launcher,
                        List.of("--quiet", "--rate", "1000000", "--quota", "-1", "--durability", "fsync"),
                        smtp(sink))) {
            new Bench(installation, sink, settings, screen, result).run(ways);
        }
        return result;
    }

    /// Settings by which a worker sends to the sink.
    static Map<String, String> smtp(SmtpSink sink) {
        return Map.of(
                "MAILBLAST_DELIVERY_PROVIDER",
                "smtp",
                "MAILBLAST_SMTP_SECURITY",
                "none",
                "MAILBLAST_SMTP_HOST",
                "127.0.0.1",
                "MAILBLAST_SMTP_PORT",
                Integer.toString(sink.port()),
                "MAILBLAST_SENDING_CONNECTIONS",
                Integer.toString(CONNECTIONS));
    }

    /// One run: what all its parts share.
    private final class Bench {

        private final Installation installation;
        private final SmtpSink sink;
        private final Settings settings;
        private final Screen screen;
        private final BenchResult result;
        private final Optional<SmtpSource> smtpSource = SmtpSource.installed();
        private final ApiClient simulator;
        private final RawSmtpClient raw;
        private long list;
        private double highestHeapMb;
        private double highestRssMb;
        private Optional<Double> millionSeconds = Optional.empty();
        private OptionalDouble millionGrewMb = OptionalDouble.empty();
        private Optional<QueueingBeside.Measured> beside = Optional.empty();
        private Optional<Precedence.Measured> precedence = Optional.empty();
        /// Of a mail of the worker with its envelope, as the sink counted them.
        private int mailBytes;

        Bench(Installation installation, SmtpSink sink, Settings settings, Screen screen, BenchResult result) {
            this.installation = installation;
            this.sink = sink;
            this.settings = settings;
            this.screen = screen;
            this.result = result;
            this.simulator = new ApiClient(installation.simulatorHttp());
            this.raw = new RawSmtpClient(sink.port(), CONNECTIONS);
        }

        void run(Set<Way> wanted) {
            Map<Way, SendingFigures> figures = new EnumMap<>(Way.class);
            try (ApiClient api = installation.signIn()) {
                Audience audience = new Audience(installation, api);
                JsonNode _ = audience.sender();
                screen.step("Importing " + Settings.grouped(settings.mails()) + " contacts ...");
                list = audience.list("Benchmark", settings.mails());
            }
            try (TableWatch tables = new TableWatch(installation.database())) {
                for (Way way : wanted) {
                    if (way != Way.SMTP) {
                        installation.restart(way.configuration());
                    }
                    figures.put(way, measure(way));
                }
                report(figures, tables);
            }
        }

        private SendingFigures measure(Way way) {
            SendingFigures figures = new SendingFigures();
            try (ApiClient api = installation.signIn();
                    ApiClient worker = new ApiClient(installation.workerHttp())) {
                Audience audience = new Audience(installation, api);
                ProcessProbe probe = new ProcessProbe(worker, installation.process("worker"));
                LongSupplier taken = way == Way.SMTP ? sink::taken : this::simulated;
                Campaigns campaigns = new Campaigns(installation, audience, api, probe, taken, screen, result);
                warmUp(way, campaigns);
                for (int i = 1; i <= settings.repeats(); i++) {
                    ceiling(way, i, figures);
                    screen.step(turn(way.title + ", one campaign of " + Settings.grouped(settings.mails()), i));
                    figures.single(campaigns.send(list, settings.mails(), 1));
                    if (way == Way.SMTP) {
                        screen.step(turn("SMTP, " + PARALLEL + " campaigns at once", i));
                        figures.parallel(campaigns.send(list, settings.mails(), PARALLEL));
                    }
                }
                if (way == Way.SMTP) {
                    screen.step(
                            "SMTP, a small campaign, a test mail and a pause while " + PARALLEL + " campaigns go ...");
                    precedence = Optional.of(
                            new Precedence(audience, api, taken).measure(list, audience.list("Few", FEW), PARALLEL));
                }
                if (million && way == Way.SMTP) {
                    queueAMillion(audience, api, taken);
                    Prometheus _ = probe.watchHeap();
                }
                watched(probe);
            }
            return figures;
        }

        private void ceiling(Way way, int repeat, SendingFigures figures) {
            switch (way) {
                case SMTP -> {
                    screen.step(turn("SMTP, the raw client", repeat));
                    figures.raw(raw.run(mail(), settings.duration()));
                    smtpSource.ifPresent(source ->
                            figures.smtpSource(source.run(sink.port(), CONNECTIONS, settings.mails(), mail().length)));
                }
                case SES -> {
                    screen.step(turn("SES, the plain client", repeat));
                    LoadResult load =
                            new LoadGenerator(HttpRequests.address(installation.simulatorHttp())).run(plain());
                    figures.raw(load.perSecond());
                    load.selfDoubt(result.machine().cores()).ifPresent(result::note);
                    if (load.errors() > 0) {
                        result.failed(
                                "The plain client had " + load.errors() + " errors, such as: " + load.problem() + ".");
                    }
                }
                case BULK -> {}
            }
        }

        private void warmUp(Way way, Campaigns campaigns) {
            int times = Math.ceilDiv(way.warmUp, settings.mails());
            for (int i = 1; i <= times; i++) {
                screen.step(way.title + ", warming up, " + i + " of " + times + " ...");
                Campaigns.Measured _ = campaigns.send(list, settings.mails(), 1);
            }
            if (way == Way.SMTP) {
                mailBytes = (int) (sink.bytes() / sink.taken());
                double _ = raw.run(mail(), FIRST_CEILING);
            }
        }

        private void queueAMillion(Audience audience, ApiClient api, LongSupplier taken) {
            screen.step("Importing " + Settings.grouped(MILLION) + " contacts ...");
            long million = audience.list("Million", MILLION);
            screen.step("Queueing one campaign of " + Settings.grouped(MILLION) + " ...");
            try (DatabaseMemory memory = DatabaseMemory.watch(installation.database())) {
                millionSeconds = Optional.of(audience.queueAndCancel(million, api));
                millionGrewMb = memory.grewMb();
            }
            screen.step("Queueing it again while " + PARALLEL + " campaigns go ...");
            beside = Optional.of(new QueueingBeside(audience, api, taken).measure(list, PARALLEL, million));
        }

        private long simulated() {
            return simulator.get("/simulator/counts").path("accepted").asLong();
        }

        /// As many bytes as a mail of the worker has.
        private byte[] mail() {
            byte[] head = "From: raw@example.com\r\nTo: reader@example.com\r\nSubject: raw\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);
            String line = "x".repeat(70) + "\r\n";
            int length = mailBytes - RawSmtpClient.ENVELOPE.length - head.length;
            byte[] body = (line.repeat(length / line.length()) + "x".repeat(length % line.length()))
                    .getBytes(StandardCharsets.US_ASCII);
            byte[] mail = java.util.Arrays.copyOf(head, head.length + body.length);
            System.arraycopy(body, 0, mail, head.length, body.length);
            return mail;
        }

        private LoadPlan plain() {
            // The latest, since the simulator forgets the earliest.
            String mime = simulator.text("/mail/" + (simulated() - 1) + "/source");
            byte[] request = SesRequests.sendEmail(installation.simulatorHttp(), "plain@example.com", mime);
            return new LoadPlan(List.of(request), Set.of(200), CONNECTIONS, 0, CEILING_WARMUP, settings.duration());
        }

        private void watched(ProcessProbe probe) {
            highestHeapMb = Math.max(highestHeapMb, probe.highestHeapMb());
            highestRssMb = Math.max(highestRssMb, probe.highestRssMb().orElse(0));
        }

        private String turn(String what, int repeat) {
            return what + ", " + repeat + " of " + settings.repeats() + " ...";
        }

        private void report(Map<Way, SendingFigures> figures, TableWatch tables) {
            try (ApiClient api = new ApiClient(installation.http())) {
                result.version(
                        "MailBlast", api.get("/health/ready").path("version").asText());
            }
            describe();
            figures.forEach((way, of) -> {
                switch (way) {
                    case SMTP -> reportSmtp(of);
                    case SES -> {
                        result.add(of.rateFigure(
                                "ses_mails_per_second",
                                "plain_client_mails_per_second",
                                "One SendEmail a mail, to the simulator, which writes each to disk before it answers."
                                        + " The plain client posts one finished request over and over."));
                        of.addTo(result, "ses_");
                    }
                    case BULK -> {
                        result.add(of.rateFigure(
                                "ses_bulk_mails_per_second",
                                "",
                                "Up to 50 mails in one SendBulkEmail, each with headers, tags, an intent and an outcome"
                                        + " of its own."));
                        of.addTo(result, "ses_bulk_");
                    }
                }
            });
            precedence.ifPresent(this::reportPrecedence);
            result.add(Figure.of("most_dead_rows", "rows", Spread.once((double) tables.mostDead()))
                    .noting("Of one table at one time, looked at every five seconds of the whole run. "
                            + tables.words()));
            memory();
            result.notMeasured(
                    "The network: provider, database, worker and raw client share this machine and its disk.");
        }

        private void reportSmtp(SendingFigures figures) {
            result.add(figures.rateFigure(
                    "smtp_mails_per_second",
                    "raw_client_mails_per_second",
                    "From the recipients' snapshot to the last recorded outcome, one recipient a mail, to a sink on this"
                            + " machine. The raw client pipelines the same bytes over and over to the same sink."));
            result.add(Figure.of("parallel_campaigns_ratio", "of one", figures.parallelRatio())
                    .noting(PARALLEL + " campaigns of " + Settings.grouped(settings.mails())
                            + " at once by SMTP: their rate together in parts of one campaign's."));
            long together = (long) PARALLEL * settings.mails();
            result.add(Figure.of(
                            "enqueue_" + Settings.size(together) + "_seconds",
                            "s",
                            Spread.median(figures.parallel().stream()
                                    .map(Campaigns.Measured::enqueueSeconds)
                                    .toList()))
                    .atMost(QUEUED_SECONDS)
                    .noting("From the first request to send to the last complete, numbered snapshot of " + PARALLEL
                            + " campaigns, while they are sent."));
            millionSeconds.ifPresentOrElse(
                    seconds -> result.add(Figure.of("enqueue_1m_seconds", "s", Spread.once(seconds))
                            .atMost(MILLION_QUEUED_SECONDS)
                            .noting("One campaign, from the request to send to its complete snapshot.")),
                    () -> result.notMeasured("enqueue_1m_seconds: --million measures it."));
            millionGrewMb.ifPresent(
                    grew -> result.add(Figure.of("enqueue_1m_database_memory_mb", "MB", Spread.once(grew))
                            .noting("By how much PostgreSQL's processes grew meanwhile, beyond what they share.")));
            beside.ifPresent(seen -> result.add(
                    Figure.of("while_queueing_ratio", "of the rate before", Spread.once(seen.beside() / seen.alone()))
                            .noting(String.format(
                                    Locale.ROOT,
                                    "%d campaigns' rate while a million recipients of another one were numbered (%.1f s): %,.0f"
                                            + " mails/s, and %,.0f before.",
                                    PARALLEL,
                                    seen.seconds(),
                                    seen.beside(),
                                    seen.alone()))));
            figures.addTo(result, "");
        }

        private void reportPrecedence(Precedence.Measured seen) {
            result.add(Figure.of("small_campaign_seconds", "s", Spread.once(seen.smallCampaign()))
                    .atMost(SMALL_CAMPAIGN_SECONDS)
                    .noting("A campaign of " + FEW + ", from the request to send to its last recorded outcome, while "
                            + Settings.grouped(seen.waiting()) + " of others waited."));
            result.add(Figure.of("test_mail_seconds", "s", Spread.once(seen.testMail()))
                    .atMost(AT_ONCE_SECONDS)
                    .noting("From its request to its recorded outcome, while they waited."));
            result.add(Figure.of("pause_seconds", "s", Spread.once(seen.pause()))
                    .atMost(AT_ONCE_SECONDS)
                    .noting("From the answer to the last of " + PARALLEL
                            + " requests to pause until the sink got no mail any more."));
        }

        private void describe() {
            result.configured("mails", Settings.grouped(settings.mails()) + " a campaign");
            result.configured("repeats", Integer.toString(settings.repeats()));
            result.configured(
                    "mail", "8 KB of HTML and its derived text, personalised, " + Samples.LINKS + " tracked links");
            if (mailBytes > 0) {
                result.configured("bytes", Settings.grouped(mailBytes) + " a mail with its envelope, of whoever sends");
            }
            result.configured("workers", "1");
            result.configured("connections", CONNECTIONS + " of the worker, as many of raw and plain client");
            result.configured("sink", "in the benchmark's own process, one thread, keeps nothing");
            result.configured("simulator", "--quiet --rate 1000000 --durability fsync, no notifications");
            result.configured("database", "embedded PostgreSQL, durable");
        }

        private void memory() {
            if (highestHeapMb > 0) {
                result.add(Figure.of("worker_heap_mb", "MB", Spread.once(highestHeapMb))
                        .atMost(HEAP_MB)
                        .noting("The most that was in use when asked once a second, garbage included."));
            }
            if (highestRssMb > 0) {
                result.add(Figure.of("worker_rss_mb", "MB", Spread.once(highestRssMb))
                        .noting("The most memory that the worker's process ever held."));
            } else {
                result.notMeasured("worker_rss_mb: this system has no /proc.");
            }
        }
    }
}
