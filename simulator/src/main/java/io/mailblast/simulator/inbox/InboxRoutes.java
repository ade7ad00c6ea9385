package io.mailblast.simulator.inbox;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.mailblast.simulator.mail.Letter;
import io.mailblast.simulator.record.Fact;
import io.mailblast.simulator.record.Ledger;
import io.mailblast.simulator.record.Mail;
import io.mailblast.simulator.record.Mailbox;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/// The pages: the list, one mail, its HTML for the sandboxed frame, its source.
public final class InboxRoutes implements HttpService {

    static final int PAGE_LENGTH = 100;

    private static final int MAX_QUERY = 320;
    private static final HeaderName CSP = HeaderNames.create("Content-Security-Policy");
    private static final HeaderName NOSNIFF = HeaderNames.create("X-Content-Type-Options");
    private static final HeaderName REFERRER = HeaderNames.create("Referrer-Policy");
    private static final String PAGE_POLICY =
            "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self';"
                    + " base-uri 'none'; frame-ancestors 'none'";

    /// No scripts, no forms, no connections: looking at a mail here must not count as its recipient opening it.
    private static final String MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
            + " base-uri 'none'; frame-ancestors 'self'";

    private final Mailbox mailbox;
    private final Ledger ledger;
    private final byte[] css;

    public InboxRoutes(Mailbox mailbox, Ledger ledger) {
        this.mailbox = mailbox;
        this.ledger = ledger;
        this.css = resource("inbox.css");
    }

    private static byte[] resource(String name) {
        try (InputStream in = InboxRoutes.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not in the program's jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be read from the program's jar", e);
        }
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::list);
        rules.get("/inbox.css", (_, response) -> send(response, 200, "text/css; charset=utf-8", PAGE_POLICY, css));
        rules.get("/mail/{number}", this::mail);
        rules.get("/mail/{number}/html", this::html);
        rules.get("/mail/{number}/source", this::source);
    }

    private void list(ServerRequest request, ServerResponse response) {
        String query = request.query().first("q").orElse("").strip();
        String state = request.query().first("state").orElse("");
        Optional<Fact> fact = Fact.of(state).filter(InboxPages.STATES::contains);
        Optional<Long> before = number(request.query().first("before").orElse(Long.toString(Long.MAX_VALUE)));
        if (query.length() > MAX_QUERY || before.isEmpty() || (fact.isEmpty() && !state.isEmpty())) {
            page(
                    response,
                    400,
                    InboxPages.problem("This is not a search: q has at most " + MAX_QUERY
                            + " characters, state is one of the list, before is a number."));
            return;
        }
        String wanted = query.toLowerCase(Locale.ROOT);
        Predicate<Mail> matches = mail -> mail.accepted().number() < before.get()
                && mail.accepted().recipient().toLowerCase(Locale.ROOT).contains(wanted)
                && fact.map(mail.facts()::contains).orElse(true);
        List<Mail> found =
                mailbox.newestFirst().filter(matches).limit(PAGE_LENGTH + 1L).toList();
        page(response, 200, InboxPages.list(ledger.counts(), query, state, found));
    }

    private void mail(ServerRequest request, ServerResponse response) throws IOException {
        Optional<Mail> mail = wanted(request);
        if (mail.isEmpty()) {
            missing(response);
            return;
        }
        byte[] content = ledger.content(mail.get().accepted()).orElse(new byte[0]);
        page(response, 200, InboxPages.mail(mail.get(), content, Letter.read(content)));
    }

    private void html(ServerRequest request, ServerResponse response) throws IOException {
        Optional<byte[]> content = content(request);
        if (content.isEmpty()) {
            missing(response);
            return;
        }
        String html = Letter.read(content.get()).html().orElse("");
        send(response, 200, "text/html; charset=utf-8", MAIL_POLICY, html.getBytes(StandardCharsets.UTF_8));
    }

    private void source(ServerRequest request, ServerResponse response) throws IOException {
        Optional<byte[]> content = content(request);
        if (content.isEmpty()) {
            missing(response);
            return;
        }
        send(response, 200, "text/plain; charset=utf-8", MAIL_POLICY, content.get());
    }

    private Optional<byte[]> content(ServerRequest request) throws IOException {
        Optional<Mail> mail = wanted(request);
        return mail.isEmpty() ? Optional.empty() : ledger.content(mail.get().accepted());
    }

    private Optional<Mail> wanted(ServerRequest request) {
        return number(request.path().pathParameters().get("number")).flatMap(mailbox::find);
    }

    private static Optional<Long> number(String digits) {
        try {
            return Optional.of(Long.parseLong(digits));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static void missing(ServerResponse response) {
        page(response, 404, InboxPages.problem("There is no such mail, or it is too old to be kept."));
    }

    private static void page(ServerResponse response, int status, String page) {
        send(response, status, "text/html; charset=utf-8", PAGE_POLICY, page.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(ServerResponse response, int status, String type, String policy, byte[] body) {
        response.status(status)
                .header(HeaderNames.CONTENT_TYPE, type)
                .header(CSP, policy)
                .header(NOSNIFF, "nosniff")
                .header(REFERRER, "no-referrer")
                .header(HeaderNames.CACHE_CONTROL, "no-store")
                .send(body);
    }
}
