package io.mailblast.validation.plan;

import io.mailblast.validation.plan.YamlNode.Keys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reads a plan. Its keys are described in `docs/validation.md`; whatever it does not know is a mistake, said
/// with the line.
public final class PlanFile {

    private static final Set<String> PLAN =
            Set.of("plan", "kind", "summary", "setup", "mix", "arrivals", "phases", "drill", "endpoints", "kpis");
    private static final Set<String> SETUP =
            Set.of("mails", "audience", "provider_rate", "bounces", "provider_latency", "settings");
    private static final Set<String> PHASE =
            Set.of("name", "for", "load", "warm_up", "bursts", "users", "think", "only", "send", "import", "resources");
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
    private static final Pattern SETTING = Pattern.compile("[a-z]+[a-z_]*(\\.[a-z]+[a-z_]*)*");
    private static final Pattern SHARE = Pattern.compile("([0-9.]+%)(?: to ([0-9.]+%))?( of capacity)?");
    private static final String SHARE_OF_EACH = "share";
    private static final int MOST_MAILS = 10_000;
    private static final int MOST_USERS = 2_000;
    private static final int MOST_RECIPIENTS = 1_000_000;
    private static final double MOST_PER_MINUTE = 600_000;
    private static final double LONGEST_S = 7 * 24 * 3_600;

    private PlanFile() {}

    /// @param file for messages
    /// @throws PlanException naming file, line and remedy
    public static Plan parse(String file, String text) {
        YamlNode root = YamlNode.parse(file, text);
        Keys keys = root.keys(PLAN);
        YamlNode name = keys.get("plan");
        if (!NAME.matcher(name.text()).matches()) {
            throw name.error("'" + name.text() + "' is no name; write small letters, digits and hyphens");
        }
        Map<Endpoint, Double> mix = mix(keys);
        Optional<Drill> drill = keys.find("drill").map(DrillEntry::parse);
        if (drill.isPresent() && keys.has("phases")) {
            throw keys.get("phases")
                    .error("a drill has phases of its own: " + Drill.STEADY + ", " + Drill.FAULT + ", "
                            + Drill.RECOVERY);
        }
        List<Phase> phases = drill.isPresent() ? Drill.phases() : phases(keys, mix);
        List<Kpi> kpis = new ArrayList<>();
        if (keys.has("endpoints")) {
            kpis.addAll(EndpointTable.kpis(keys.get("endpoints"), phaseNames(phases)));
        }
        if (keys.has("kpis")) {
            keys.get("kpis").items().forEach(each -> kpis.add(KpiEntry.parse(each, phaseNames(phases))));
        }
        drill.ifPresent(each -> kpis.addAll(DrillEntry.kpis(each)));
        unique(root, kpis);
        return new Plan(
                name.text(),
                keys.line("kind", 40),
                keys.line("summary", 300),
                setup(keys),
                mix,
                keys.find("arrivals").map(PlanFile::arrivals).orElse(Plan.ArrivalKind.RANDOM),
                phases,
                List.copyOf(kpis),
                drill);
    }

    private static void unique(YamlNode root, List<Kpi> kpis) {
        if (kpis.isEmpty()) {
            throw root.error("a plan without KPIs judges nothing; say some under 'kpis' or 'endpoints'");
        }
        Set<String> ids = new HashSet<>();
        for (Kpi kpi : kpis) {
            if (!ids.add(kpi.id())) {
                throw root.error("two KPIs are called '" + kpi.id() + "'");
            }
        }
    }

    private static Set<String> phaseNames(List<Phase> phases) {
        Set<String> names = new HashSet<>();
        phases.forEach(phase -> names.add(phase.name()));
        return names;
    }

    private static Plan.ArrivalKind arrivals(YamlNode node) {
        return switch (node.text()) {
            case "random" -> Plan.ArrivalKind.RANDOM;
            case "even" -> Plan.ArrivalKind.EVEN;
            default -> throw node.error("arrivals '" + node.text() + "' are not known; allowed: random, even");
        };
    }

    private static Plan.Setup setup(Keys plan) {
        Plan.Setup usual = new Plan.Setup(500, 100, 100_000, 0, 0, Map.of());
        if (!plan.has("setup")) {
            return usual;
        }
        Keys keys = plan.get("setup").keys(SETUP);
        return new Plan.Setup(
                keys.find("mails").map(node -> whole(node, 1, MOST_MAILS)).orElse(usual.mails()),
                keys.find("audience")
                        .map(node -> whole(node, 1, MOST_RECIPIENTS))
                        .orElse(usual.audience()),
                keys.find("provider_rate")
                        .map(node -> quantity(node, Unit.PER_MINUTE, 60, MOST_PER_MINUTE))
                        .orElse(usual.providerRate()),
                keys.find("bounces")
                        .map(node -> quantity(node, Unit.RATIO, 0, 1))
                        .orElse(usual.bounces()),
                keys.find("provider_latency")
                        .map(node -> quantity(node, Unit.MILLISECONDS, 0, 10_000))
                        .orElse(usual.providerLatencyMs()),
                keys.find("settings").map(PlanFile::settings).orElse(usual.settings()));
    }

    static Map<String, String> settings(YamlNode node) {
        Map<String, String> settings = new TreeMap<>();
        node.entries().forEach((key, value) -> {
            if (!SETTING.matcher(key.text()).matches()) {
                throw key.error("'" + key.text() + "' is no key of the configuration; write it as in ses.connections");
            }
            settings.put(key.text(), value.text());
        });
        return Map.copyOf(settings);
    }

    private static Map<Endpoint, Double> mix(Keys plan) {
        Map<Endpoint, Double> mix = new EnumMap<>(Endpoint.class);
        plan.find("mix")
                .ifPresent(node -> node.entries().forEach((key, value) -> {
                    Set<Endpoint> named = Endpoint.named(key.text())
                            .filter(found -> found.size() == 1)
                            .orElseThrow(() -> key.error(
                                    "there is no endpoint '" + key.text() + "'; there are " + Endpoint.names()));
                    Endpoint endpoint = named.iterator().next();
                    if (endpoint == Endpoint.CONTACTS_IMPORT) {
                        throw key.error("imports are no part of a mix; let a phase 'import' them");
                    }
                    mix.put(endpoint, quantity(value, Unit.PER_MINUTE, 0.01, MOST_PER_MINUTE));
                }));
        return mix;
    }

    private static List<Phase> phases(Keys plan, Map<Endpoint, Double> mix) {
        List<Phase> phases = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlNode each : plan.get("phases").items()) {
            Phase phase = phase(each, mix);
            if (!names.add(phase.name())) {
                throw each.error("a second phase is called '" + phase.name() + "'; names are unique");
            }
            if (mix.isEmpty() && phase.job().isEmpty()) {
                throw each.error("phase '" + phase.name() + "' does nothing: the plan has no mix, and the phase neither"
                        + " sends nor imports");
            }
            if (phase.load().of() == Load.Of.CAPACITY && users(phases) < Load.FEWEST_STEPS) {
                throw each.error("the capacity is not known by then: at least " + Load.FEWEST_STEPS
                        + " phases of different 'users' come before");
            }
            phases.add(phase);
        }
        if (phases.stream().noneMatch(Phase::isMeasured)) {
            throw plan.get("phases").error("no phase counts: at least one must be no warm-up");
        }
        return List.copyOf(phases);
    }

    private static long users(List<Phase> phases) {
        return phases.stream()
                .flatMap(phase -> phase.users().stream())
                .map(Phase.Users::count)
                .distinct()
                .count();
    }

    private static Phase phase(YamlNode node, Map<Endpoint, Double> mix) {
        Keys keys = node.keys(PHASE);
        YamlNode name = keys.get("name");
        if (!NAME.matcher(name.text()).matches()) {
            throw name.error("'" + name.text() + "' is no name; write small letters, digits and hyphens");
        }
        if (keys.has("users") && (keys.has("load") || keys.has("bursts"))) {
            throw node.error("a phase has either 'users' (closed model) or 'load' (open model)");
        }
        if (keys.has("only") && !keys.has("users")) {
            throw keys.get("only").error("'only' says what the 'users' of a phase ask; this one has none");
        }
        if (keys.has("send") && keys.has("import")) {
            throw node.error("a phase either sends or imports");
        }
        return new Phase(
                name.text(),
                keys.find("warm_up").map(PlanFile::flag).orElse(false) ? Phase.Kind.WARM_UP : Phase.Kind.MEASURED,
                duration(keys.get("for")),
                keys.find("load").map(PlanFile::load).orElse(Load.ALL),
                keys.find("bursts").map(PlanFile::bursts),
                keys.find("users")
                        .map(users -> new Phase.Users(
                                whole(users, 1, MOST_USERS),
                                keys.find("think").map(PlanFile::duration).orElse(Duration.ZERO),
                                keys.find("only").map(some -> only(some, mix)).orElse(Set.of()))),
                job(keys),
                keys.find("resources").map(PlanFile::resource));
    }

    private static Set<Endpoint> only(YamlNode node, Map<Endpoint, Double> mix) {
        Set<Endpoint> named = Endpoint.named(node.text())
                .orElseThrow(() -> node.error("there is no endpoint, and no group of them, called '" + node.text()
                        + "'; there are " + Endpoint.names()));
        if (named.stream().noneMatch(mix::containsKey)) {
            throw node.error("the plan's mix has nothing of '" + node.text() + "'");
        }
        return named;
    }

    private static Resource resource(YamlNode node) {
        Set<String> known = Stream.of(Resource.Kind.values())
                .map(Resource.Kind::spelling)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> all = new TreeSet<>(known);
        all.add(SHARE_OF_EACH);
        Keys keys = node.keys(all);
        OptionalDouble share = keys.find(SHARE_OF_EACH)
                .map(value -> OptionalDouble.of(quantity(value, Unit.COUNT, 0.01, Resource.Kind.CORES.most())))
                .orElse(OptionalDouble.empty());
        List<Resource> said = new ArrayList<>();
        for (Resource.Kind kind : Resource.Kind.values()) {
            keys.find(kind.spelling()).ifPresent(value -> {
                double amount = quantity(value, Unit.COUNT, kind.least(), kind.most());
                if (kind.isWhole() && amount != Math.rint(amount)) {
                    throw value.error("'" + value.text() + "' is no whole number");
                }
                if (share.isPresent() && !kind.isShared()) {
                    throw keys.get(SHARE_OF_EACH).error("only each of the trackers has a share of its own");
                }
                said.add(new Resource(kind, amount, share));
            });
        }
        if (said.size() != 1) {
            throw node.error("say one of " + String.join(", ", known) + ": of two it could not be told what helped");
        }
        return said.getFirst();
    }

    private static Optional<Phase.Job> job(Keys phase) {
        if (phase.has("send")) {
            Keys keys = phase.get("send").keys(Set.of("campaigns", "recipients"));
            return Optional.of(new Phase.Job.Send(
                    whole(keys.get("campaigns"), 1, 100), whole(keys.get("recipients"), 1, MOST_RECIPIENTS)));
        }
        if (phase.has("import")) {
            Keys keys = phase.get("import").keys(Set.of("rows", "times"));
            return Optional.of(new Phase.Job.Imports(
                    whole(keys.get("rows"), 100, MOST_RECIPIENTS), whole(keys.get("times"), 1, 1_000)));
        }
        return Optional.empty();
    }

    private static Phase.Bursts bursts(YamlNode node) {
        Keys keys = node.keys(Set.of("every", "for", "load"));
        Duration every = duration(keys.get("every"));
        Duration length = duration(keys.get("for"));
        if (length.compareTo(every) >= 0) {
            throw keys.get("for").error("a burst must be shorter than the time between two of them");
        }
        Load load = load(keys.get("load"));
        if (!load.isSteady() || load.of() != Load.Of.MIX) {
            throw keys.get("load").error("a burst is one share of the mix, such as 200%");
        }
        return new Phase.Bursts(every, length, load.to());
    }

    private static Load load(YamlNode node) {
        Matcher matcher = SHARE.matcher(node.text());
        if (!matcher.matches()) {
            throw node.error("'" + node.text() + "' is no load; write 100%, 0% to 100%, or 150% of capacity");
        }
        double from = share(node, matcher.group(1));
        return new Load(
                from,
                matcher.group(2) == null ? from : share(node, matcher.group(2)),
                matcher.group(3) == null ? Load.Of.MIX : Load.Of.CAPACITY);
    }

    private static double share(YamlNode node, String text) {
        return Unit.RATIO
                .parse(text)
                .filter(value -> value <= 100)
                .orElseThrow(() -> node.error("'" + text + "' is no share; 0% to 10000%"));
    }

    private static boolean flag(YamlNode node) {
        return switch (node.text()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw node.error("'" + node.text() + "' is neither true nor false");
        };
    }

    private static Duration duration(YamlNode node) {
        return Duration.ofNanos((long) (quantity(node, Unit.SECONDS, 0.001, LONGEST_S) * 1e9));
    }

    static double quantity(YamlNode node, Unit unit, double least, double most) {
        return unit.parse(node.text())
                .filter(value -> value >= least && value <= most)
                .orElseThrow(() -> node.error("'" + node.text() + "' is not allowed here; write " + unit.example()
                        + ", from " + unit.format(least) + " to " + unit.format(most)));
    }

    static int whole(YamlNode node, int least, int most) {
        try {
            int value = Integer.parseInt(node.text());
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw node.error(
                "'" + node.text() + "' is not allowed here; write a whole number from " + least + " to " + most);
    }
}
