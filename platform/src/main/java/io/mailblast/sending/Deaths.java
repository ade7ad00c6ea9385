package io.mailblast.sending;

import io.mailblast.db.Database;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The workers that a supervisor saw die, by their rows in `worker`: their ranges need not wait for the lease's
/// end, and what they had in hand is suspect.
///
/// @param byWorker what is known of each
record Deaths(Map<Long, Witness> byWorker) {

    static final Deaths NONE = new Deaths(Map.of());

    private static final Logger LOG = LoggerFactory.getLogger(Deaths.class);

    private static final String MARK = """
            update worker set stopped_at = coalesce(stopped_at, now()), mails_per_minute = 0
            where token = :token
            returning id
            """;

    Deaths {
        byWorker = Map.copyOf(byWorker);
    }

    /// What is known of a death.
    ///
    /// @param inHand recipients of which it was making the mail, or [InHand#ALL], by range
    /// @param dump the file with its threads, or empty
    record Witness(Map<Long, Set<Integer>> inHand, String dump) {}

    /// Puts the deaths on record: from now on what they left in doubt counts as left by the dead.
    static Deaths take(Database database, Supervision supervision) {
        Map<Long, Witness> dead = new HashMap<>();
        for (Supervision.Death death : supervision.deaths()) {
            List<InHand.Entry> entries = InHand.read(supervision.fileOf(death.token()));
            database.read(handle -> handle.createQuery(MARK)
                            .bind("token", death.token())
                            .mapTo(Long.class)
                            .findOne())
                    .ifPresent(worker -> {
                        Map<Long, Set<Integer>> inHand = new HashMap<>();
                        entries.forEach(entry -> inHand.computeIfAbsent(entry.rangeId(), id -> new TreeSet<>())
                                .add(entry.recipientNo()));
                        dead.put(worker, new Witness(inHand, death.dump()));
                        LOG.warn("worker=dead worker={} in_hand={} dump={}", worker, entries.size(), death.dump());
                    });
        }
        return new Deaths(dead);
    }

    /// Which recipients of a range a worker had in hand when it died.
    Set<Integer> suspects(long workerId, long rangeId) {
        Witness witness = byWorker.get(workerId);
        return witness == null ? Set.of() : witness.inHand().getOrDefault(rangeId, Set.of());
    }

    String dump(long workerId) {
        Witness witness = byWorker.get(workerId);
        return witness == null ? "" : witness.dump();
    }
}
