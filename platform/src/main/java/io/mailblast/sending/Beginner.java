package io.mailblast.sending;

import io.mailblast.db.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets messages go: those that wait at the same time share one [SendFacts#begin].
///
/// When the answer of a statement is lost (the database went away), nothing is sent on its account: once the
/// database is back it is asked which messages are this worker's, and those are withdrawn, to be begun anew.
final class Beginner implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Beginner.class);
    /// Groups of one statement.
    private static final int MOST = 128;
    private static final Duration GATHER = Duration.ofMillis(10);

    private final SendFacts facts;
    private final Batcher<Request> batcher;
    private volatile boolean closing;

    /// What a message that asked may do.
    enum Permission {
        /// Its intent is committed: it goes, or is withdrawn on record.
        GO,
        /// Its intent is committed, but it must be withdrawn: it may have been refused meanwhile.
        WITHDRAW,
        /// It will not go, and that is committed.
        SKIPPED,
        /// Somebody else's by now, or its campaign does not send: not this worker's business any more.
        NOT_HELD
    }

    /// Messages that go or wait together.
    private record Request(List<Work> works, CompletableFuture<List<Permission>> permissions) {

        void answer(Function<SendFacts.Key, Permission> permission) {
            permissions.complete(works.stream()
                    .map(work -> permission.apply(SendFacts.Key.of(work)))
                    .toList());
        }
    }

    Beginner(SendFacts facts) {
        this.facts = facts;
        this.batcher = new Batcher<>("beginner", MOST, GATHER, this::begin);
    }

    /// Waits until the messages' intents are committed, or refused.
    ///
    /// @return a permission for each, in their order
    List<Permission> ask(List<Work> works) throws InterruptedException {
        Request request = new Request(works, new CompletableFuture<>());
        batcher.put(request);
        return request.permissions().join();
    }

    @Override
    public void close() {
        closing = true;
        batcher.close();
    }

    private void begin(List<Request> requests) {
        List<Work> wanted = new ArrayList<>();
        requests.forEach(request -> wanted.addAll(request.works()));
        SendFacts.Answer answer;
        try {
            answer = facts.begin(wanted);
        } catch (RuntimeException e) {
            LOG.warn("begin=lost messages={} problem=\"{}\"", wanted.size(), e.getMessage());
            afterLostAnswer(requests, wanted);
            return;
        }
        answer(requests, answer);
    }

    private static void answer(List<Request> requests, SendFacts.Answer answer) {
        requests.forEach(request -> request.answer(key -> permission(answer, key)));
    }

    private static Permission permission(SendFacts.Answer answer, SendFacts.Key key) {
        if (answer.begun().contains(key)) {
            return Permission.GO;
        }
        if (answer.missed().contains(key)) {
            return Permission.WITHDRAW;
        }
        return answer.skipped().contains(key) ? Permission.SKIPPED : Permission.NOT_HELD;
    }

    private void afterLostAnswer(List<Request> requests, List<Work> wanted) {
        while (!closing) {
            try {
                answer(requests, facts.recall(wanted));
                return;
            } catch (RuntimeException e) {
                if (!Database.isAway(e)) {
                    LOG.error("begin=failed", e);
                }
                pause();
            }
        }
        requests.forEach(request -> request.answer(key -> Permission.NOT_HELD));
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
