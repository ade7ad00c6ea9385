package io.mailblast.sending;

import io.mailblast.db.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets messages go: those that wait at the same time share one [SendFacts#begin].
///
/// When the answer of a statement is lost (the database went away), nothing is sent on its account: once the database
/// is
/// back it is asked which messages are this worker's, and only those go.
final class Beginner implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Beginner.class);
    private static final int MOST = 256;

    private final SendFacts facts;
    private final Batcher<Request> batcher;
    private volatile boolean closing;

    /// What a message that asked may do.
    enum Permission {
        /// Its intent is committed: it goes, or is withdrawn on record.
        GO,
        /// It will not go, and that is committed.
        SKIPPED,
        /// Somebody else's by now, or its campaign does not send: not this worker's business any more.
        NOT_HELD
    }

    private record Request(Work work, CompletableFuture<Permission> permission) {}

    Beginner(SendFacts facts) {
        this.facts = facts;
        this.batcher = new Batcher<>("beginner", MOST, this::begin);
    }

    /// Waits until the message's intent is committed, or refused.
    Permission ask(Work work) throws InterruptedException {
        CompletableFuture<Permission> permission = new CompletableFuture<>();
        batcher.put(new Request(work, permission));
        return permission.join();
    }

    @Override
    public void close() {
        closing = true;
        batcher.close();
    }

    private void begin(List<Request> requests) {
        List<Work> wanted = requests.stream().map(Request::work).toList();
        SendFacts.Answer answer;
        try {
            answer = facts.begin(wanted);
        } catch (RuntimeException e) {
            LOG.warn("begin=lost messages={} problem=\"{}\"", wanted.size(), e.getMessage());
            afterLostAnswer(requests, wanted);
            return;
        }
        for (Request request : requests) {
            SendFacts.Key key = SendFacts.Key.of(request.work());
            if (answer.begun().contains(key)) {
                request.permission().complete(Permission.GO);
            } else {
                request.permission()
                        .complete(answer.skipped().contains(key) ? Permission.SKIPPED : Permission.NOT_HELD);
            }
        }
    }

    private void afterLostAnswer(List<Request> requests, List<Work> wanted) {
        List<Request> open = new ArrayList<>(requests);
        while (!closing) {
            try {
                Set<SendFacts.Key> mine = facts.mine(wanted);
                open.forEach(request -> request.permission()
                        .complete(
                                mine.contains(SendFacts.Key.of(request.work())) ? Permission.GO : Permission.NOT_HELD));
                return;
            } catch (RuntimeException e) {
                if (!Database.isAway(e)) {
                    LOG.error("begin=failed", e);
                }
                pause();
            }
        }
        open.forEach(request -> request.permission().complete(Permission.NOT_HELD));
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
