package io.mailblast.validation.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.installation.Account;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.plan.Endpoint;
import io.mailblast.validation.plan.Phase;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.traffic.Audience;
import io.mailblast.validation.traffic.Sessions;
import io.mailblast.validation.traffic.TrackedLinks;
import io.mailblast.validation.traffic.Traffic;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What there must be before the first request: an account in a workspace of its own, a sender, contacts, and
/// mails that were really sent, whose links people open. The account is disabled when all is over.
final class Stage implements AutoCloseable {

    private static final int PAGE = 1_000;

    private final Site site;
    private final Plan plan;
    private final String mark = random(5).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "x");
    private final String email = "loadtest-" + mark + "@mailblast.test";
    private final String password = random(18);
    private final ApiClient operator;
    private final long user;
    private final ApiClient api;
    private final Audience audience;
    private Optional<JsonNode> behaviour = Optional.empty();

    private Stage(Site site, Plan plan) {
        this.site = site;
        this.plan = plan;
        this.operator = site.operator();
        ObjectNode account = ApiClient.JSON
                .createObjectNode()
                .put("email", email)
                .put("password", password)
                .put("workspace", "validation-" + mark)
                .put("role", "member");
        this.user = operator.post("/users", account).path("data").path("id").asLong();
        this.api = new ApiClient(site.http());
        api.signIn(email, password);
        this.audience = new Audience(site.folder(), api, sender());
    }

    /// Makes the account and its sender.
    ///
    /// @throws RefusedException when mails would really be sent
    static Stage set(Site site, Plan plan) {
        Stage stage = new Stage(site, plan);
        JsonNode verified = stage.audience.sender();
        if (!verified.path("verified_by").asText().equals("simulator")) {
            stage.close();
            throw new RefusedException("Mails of " + site.http()
                    + " do not go to a simulator; nothing is run against an installation whose mails are real.");
        }
        stage.calm();
        return stage;
    }

    /// What recipients open and click is the run's own affair: the simulated ones do nothing by themselves
    /// until it is over.
    private void calm() {
        if (site.simulatorHttp().isEmpty()) {
            return;
        }
        try (ApiClient simulator = new ApiClient(site.simulatorHttp().get())) {
            JsonNode before = simulator.get("/simulator/behaviour");
            ObjectNode calm = ApiClient.JSON.createObjectNode();
            for (String act : List.of("open", "click", "complaint", "unsubscribe")) {
                calm.put(act, 0);
            }
            JsonNode _ = simulator.post("/simulator/behaviour", calm);
            behaviour = Optional.of(before);
        }
    }

    private void restore() {
        if (site.simulatorHttp().isEmpty() || behaviour.isEmpty()) {
            return;
        }
        try (ApiClient simulator = new ApiClient(site.simulatorHttp().get())) {
            JsonNode _ = simulator.post("/simulator/behaviour", behaviour.get());
        } catch (CannotRunException e) {
            System.err.println("The simulator's recipients stay as they are, which is calm: " + e.getMessage());
        }
    }

    /// As whom the run signs in.
    Account account() {
        return new Account(email, password);
    }

    String mark() {
        return mark;
    }

    /// A client that is signed in as the run's account.
    ApiClient api() {
        return api;
    }

    ApiClient operator() {
        return operator;
    }

    Audience audience() {
        return audience;
    }

    private String sender() {
        return "letter-" + mark + "@garden.example";
    }

    /// Imports, sends, and takes the links out of the mails.
    Traffic traffic() {
        long readers = plan.tracks() || plan.mix().containsKey(Endpoint.CAMPAIGN_STATS)
                ? audience.list("Readers", plan.setup().mails())
                : 0;
        long list = plan.mix().containsKey(Endpoint.CAMPAIGN_SEND) || plan.mix().containsKey(Endpoint.CAMPAIGN_CREATE)
                ? audience.list("Subscribers", plan.setup().audience())
                : 0;
        long campaign = 0;
        TrackedLinks links = new TrackedLinks(List.of(), List.of());
        if (readers > 0) {
            campaign = audience.begin(readers);
            audience.awaitSent(campaign, _ -> {});
        }
        if (plan.tracks()) {
            links = links();
        }
        try {
            Sessions sessions = Sessions.open(site.http(), email, password);
            return new Traffic(site.http(), sessions, links, campaign, list, sender(), mark);
        } catch (IOException e) {
            throw new CannotRunException("The run's account cannot sign in: " + e.getMessage());
        }
    }

    /// Lists of those whom the jobs' campaigns go to, by their size.
    Map<Integer, Long> jobLists(double timeScale) {
        Map<Integer, Long> lists = new TreeMap<>();
        for (Phase phase : plan.phases()) {
            if (phase.job().orElse(null) instanceof Phase.Job.Send send) {
                lists.computeIfAbsent(
                        scaled(send.recipients(), timeScale), size -> audience.list("Everybody " + size, size));
            }
        }
        return lists;
    }

    /// A shorter run has fewer of what takes time for each.
    static int scaled(int count, double timeScale) {
        return Math.max(1, (int) Math.round(count * timeScale));
    }

    private TrackedLinks links() {
        String simulatorHttp = site.simulatorHttp()
                .orElseThrow(
                        () -> new RefusedException(
                                "This plan opens and clicks links of mails that were really sent;"
                                        + " say with --simulator where the target's simulator is, such as http://127.0.0.1:9025."));
        List<String> opens = new ArrayList<>();
        List<String> clicks = new ArrayList<>();
        List<Long> numbers = new ArrayList<>();
        try (ApiClient simulator = new ApiClient(simulatorHttp)) {
            long next = 0;
            JsonNode page;
            do {
                page = simulator.get("/simulator/record?after=" + next + "&limit=" + PAGE);
                for (JsonNode mail : page.path("records")) {
                    if (mail.path("from").asText().contains(sender())) {
                        numbers.add(mail.path("number").asLong());
                    }
                }
                next = page.path("next").asLong();
            } while (next < page.path("size").asLong());
            // A few at once: most of the time it is asked, not read.
            numbers.parallelStream()
                    .map(number -> simulator.text("/mail/" + number + "/html"))
                    .forEachOrdered(html -> TrackedLinks.collect(html, opens, clicks));
        }
        if (opens.isEmpty() || clicks.isEmpty()) {
            throw new CannotRunException(
                    "In the mails that " + simulatorHttp + " has of this run stand " + opens.size() + " pixels and "
                            + clicks.size() + " tracked links; is it the simulator behind " + site.http() + "?");
        }
        return new TrackedLinks(opens, clicks);
    }

    @Override
    public void close() {
        restore();
        try {
            operator.delete("/users/" + user);
        } catch (CannotRunException e) {
            System.err.println("The run's account " + email + " could not be disabled: " + e.getMessage());
        }
        api.close();
    }

    private static String random(int bytes) {
        byte[] some = new byte[bytes];
        new SecureRandom().nextBytes(some);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(some);
    }
}
