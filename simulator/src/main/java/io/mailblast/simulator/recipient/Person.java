package io.mailblast.simulator.recipient;

import io.mailblast.simulator.http.HttpCaller;
import io.mailblast.simulator.http.Retry;
import io.mailblast.simulator.mail.Letter;
import io.mailblast.simulator.record.Fact;
import io.mailblast.simulator.record.Ledger;
import io.mailblast.simulator.record.Mail;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntPredicate;

/// Does with a delivered mail what was decided: loads its images, follows its links, presses its unsubscribe
/// button. A request that fails for reasons that pass (no connection, 5xx, 429) is repeated for a while, so
/// that what is counted here and what is counted there can agree.
final class Person {

    private static final int MAX_IMAGES = 20;
    private static final byte[] NO_BODY = {};
    private static final byte[] ONE_CLICK = "List-Unsubscribe=One-Click".getBytes(StandardCharsets.US_ASCII);

    private final HttpCaller http;
    private final Retry retry;
    private final Ledger ledger;
    private final InstantSource clock;
    private final LongAdder failedRequests = new LongAdder();
    private final LongAdder skippedHosts = new LongAdder();

    Person(HttpCaller http, Retry retry, Ledger ledger, InstantSource clock) {
        this.http = http;
        this.retry = retry;
        this.ledger = ledger;
        this.clock = clock;
    }

    long failedRequests() {
        return failedRequests.sum();
    }

    long skippedHosts() {
        return skippedHosts.sum();
    }

    void read(Mail mail, Letter letter, Decision decision) throws InterruptedException {
        for (int opening = 0; opening < decision.opens(); opening++) {
            open(mail, letter, decision.agent());
        }
        int follow = Math.min(decision.clicks(), letter.links().size());
        for (URI link : spread(letter.links(), follow, mail.accepted().number())) {
            click(mail, link, decision.agent());
        }
        if (decision.unsubscribes()) {
            unsubscribe(mail, letter, decision.agent());
        }
    }

    /// Some of the links, beginning at a place that differs from mail to mail.
    private static List<URI> spread(List<URI> links, int count, long number) {
        List<URI> chosen = new java.util.ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            chosen.add(links.get(Math.floorMod(number + i, links.size())));
        }
        return chosen;
    }

    private void open(Mail mail, Letter letter, MailClient client) throws InterruptedException {
        Map<String, String> headers = Map.of("User-Agent", client.imageAgent(), "Accept", "image/*,*/*;q=0.8");
        int images = 0;
        for (URI pixel : letter.trackingImages()) {
            if (++images > MAX_IMAGES) {
                break;
            }
            if (ask(mail, "open", new HttpCaller.Request("GET", pixel, headers, NO_BODY), status -> status == 200)) {
                ledger.happened(mail, Fact.OPENED);
            }
        }
        for (URI image : letter.otherImages()) {
            if (++images > MAX_IMAGES) {
                break;
            }
            boolean _ =
                    ask(mail, "image", new HttpCaller.Request("GET", image, headers, NO_BODY), status -> status == 200);
        }
    }

    private void click(Mail mail, URI link, MailClient client) throws InterruptedException {
        Map<String, String> headers = Map.of(
                "User-Agent",
                client.browserAgent(),
                "Accept",
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
        if (ask(mail, "click", new HttpCaller.Request("GET", link, headers, NO_BODY), status -> status == 302)) {
            ledger.happened(mail, Fact.CLICKED);
        }
    }

    private void unsubscribe(Mail mail, Letter letter, MailClient client) throws InterruptedException {
        if (letter.oneClick().isEmpty()) {
            mail.note(clock.instant(), "unsubscribe: the mail offers no one-click way");
            return;
        }
        Map<String, String> headers =
                Map.of("User-Agent", client.browserAgent(), "Content-Type", "application/x-www-form-urlencoded");
        HttpCaller.Request request =
                new HttpCaller.Request("POST", letter.oneClick().get(), headers, ONE_CLICK);
        if (ask(mail, "unsubscribe", request, status -> status >= 200 && status < 300)) {
            ledger.happened(mail, Fact.UNSUBSCRIBED);
        }
    }

    /// @return whether it was answered well
    private boolean ask(Mail mail, String what, HttpCaller.Request request, IntPredicate isGood)
            throws InterruptedException {
        if (!Loopback.allows(request.uri())) {
            skippedHosts.increment();
            mail.note(clock.instant(), what + ": skipped, " + request.uri().getHost() + " is not this machine");
            return false;
        }
        long deadlineNs = System.nanoTime() + retry.patience().toNanos();
        for (int attempt = 1; ; attempt++) {
            String outcome;
            boolean passing;
            try {
                HttpCaller.Answer answer = http.call(request);
                if (isGood.test(answer.status())) {
                    String location = answer.location().isEmpty() ? "" : " → " + answer.location();
                    mail.note(clock.instant(), what + ": " + answer.status() + " " + request.uri() + location);
                    return true;
                }
                passing = answer.status() >= 500 || answer.status() == 429;
                outcome = Integer.toString(answer.status());
            } catch (IOException e) {
                passing = true;
                outcome = e.getClass().getSimpleName();
            } catch (IllegalArgumentException e) {
                passing = false;
                outcome = "the address cannot be connected to";
            }
            if (!passing || System.nanoTime() > deadlineNs) {
                failedRequests.increment();
                mail.note(clock.instant(), what + ": failed, " + outcome + " " + request.uri());
                return false;
            }
            Thread.sleep(retry.pause(attempt));
        }
    }
}
