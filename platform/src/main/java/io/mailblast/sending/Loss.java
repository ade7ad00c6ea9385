package io.mailblast.sending;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/// What becomes of a range whose worker was lost. Usually it goes back whole. One that its workers died of
/// twice is taken apart, with the suspects each alone; a single message that its workers died of twice more has
/// failed, so that it cannot keep all others from going out.
///
/// Only a message that was in hand is suspect ([InHand]): workers that are killed for other reasons, or a
/// machine that goes down, fail nobody.
final class Loss {

    /// So often a range may take its worker along before something is done about it.
    private static final int TOO_OFTEN = 2;

    /// Into how many pieces a range goes of which nobody knows who of it is to blame.
    private static final int PIECES = 10;

    private static final String RELEASE = """
            update send_range
            set state = 'ready', worker_id = null, lease_until = null, epoch = epoch + 1, losses = :losses,
                last_no = :last
            where id = :range
            """;

    private static final String PIECE = """
            insert into send_range (campaign_id, first_no, last_no, attempt, due_at, begun_at)
            select campaign_id, :first, :last, attempt, due_at, begun_at from send_range where id = :range
            """;

    /// Its turn comes and ends here: opened as any other, so that facts and counts agree. Writer -1 is nobody's
    /// worker.
    private static final String OPEN = """
            with opened as (
                insert into send_fact (period, campaign_id, recipient_no, attempt, phase, kind, range_id, worker_id, knows_runs)
                select period, id, :recipient, :attempt, 0, 'begun', :range, -1, true from campaign
                where id = :campaign
                    and not exists (
                        select from send_facts_of(period, id, :recipient, :recipient) f
                        where f.attempt = :attempt and f.phase = 0)
                on conflict do nothing
                returning campaign_id, attempt)
            insert into send_count (campaign_id, worker_id, phase, opened)
            select campaign_id, -1, 0, count(*) filter (where attempt = 1) from opened group by campaign_id
            on conflict (campaign_id, worker_id, phase) do update set opened = send_count.opened + excluded.opened
            """;

    private static final String REFUSE = """
            select count(*) from record_send_facts(-1, null, array[cast(:campaign as bigint)],
                array[cast(:range as bigint)], array[cast(:recipient as int)], array[cast(:attempt as smallint)],
                array['refused'], array[cast(null as text)], array[cast(:detail as text)],
                array[cast(null as timestamptz)], array[cast(null as timestamptz)])
            """;

    private static final String FINISH_FIRST = """
            update send_range set state = 'done', worker_id = null, lease_until = null, epoch = epoch + 1,
                losses = losses + 1
            where id = :range
            """;

    private static final String FINISH_RETRY = "delete from send_range where id = :range";

    private Loss() {}

    /// A range that is being taken from a worker, its row locked.
    record Range(long id, long campaignId, int firstNo, int lastNo, int attempt, int losses, long workerId) {

        boolean isSingle() {
            return firstNo == lastNo;
        }
    }

    private record Piece(int firstNo, int lastNo) {}

    /// @param suspects who of it was in hand when its worker died
    /// @param dump the file with the worker's threads, or empty
    /// @return what became of it, for the log
    static String settle(Handle handle, Range range, Set<Integer> suspects, String dump) {
        if (suspects.isEmpty()) {
            release(handle, range, range.losses(), range.lastNo());
            return "back";
        }
        if (range.losses() + 1 < TOO_OFTEN) {
            release(handle, range, range.losses() + 1, range.lastNo());
            return "back";
        }
        return range.isSingle() ? fail(handle, range, dump) : split(handle, range, suspects);
    }

    private static void release(Handle handle, Range range, int losses, int lastNo) {
        handle.createUpdate(RELEASE)
                .bind("range", range.id())
                .bind("losses", losses)
                .bind("last", lastNo)
                .execute();
    }

    private static String split(Handle handle, Range range, Set<Integer> suspects) {
        List<Piece> pieces = suspects.contains(InHand.ALL) ? evenly(range) : around(range, suspects);
        for (Piece piece : pieces.subList(1, pieces.size())) {
            handle.createUpdate(PIECE)
                    .bind("range", range.id())
                    .bind("first", piece.firstNo())
                    .bind("last", piece.lastNo())
                    .execute();
        }
        release(handle, range, 0, pieces.getFirst().lastNo());
        return "split";
    }

    private static List<Piece> evenly(Range range) {
        List<Piece> pieces = new ArrayList<>();
        int size = Math.ceilDiv(range.lastNo() - range.firstNo() + 1, PIECES);
        for (int first = range.firstNo(); first <= range.lastNo(); first += size) {
            pieces.add(new Piece(first, Math.min(first + size - 1, range.lastNo())));
        }
        return pieces;
    }

    /// The suspects each alone, and what lies between them.
    private static List<Piece> around(Range range, Set<Integer> suspects) {
        List<Piece> pieces = new ArrayList<>();
        int next = range.firstNo();
        for (int suspect : suspects.stream().sorted().toList()) {
            if (suspect > next) {
                pieces.add(new Piece(next, suspect - 1));
            }
            pieces.add(new Piece(suspect, suspect));
            next = suspect + 1;
        }
        if (next <= range.lastNo()) {
            pieces.add(new Piece(next, range.lastNo()));
        }
        return pieces;
    }

    private static String fail(Handle handle, Range range, String dump) {
        int opened = handle.createUpdate(OPEN)
                .bind("campaign", range.campaignId())
                .bind("range", range.id())
                .bind("recipient", range.firstNo())
                .bind("attempt", range.attempt())
                .execute();
        if (opened == 0) {
            // It was begun, and is in doubt or has its end.
            release(handle, range, range.losses() + 1, range.lastNo());
            return "back";
        }
        handle.createQuery(REFUSE)
                .bind("campaign", range.campaignId())
                .bind("range", range.id())
                .bind("recipient", range.firstNo())
                .bind("attempt", range.attempt())
                .bind(
                        "detail",
                        "its worker died of it more than once while it made the mail"
                                + (dump.isEmpty() ? "" : "; see the dump " + dump))
                .mapTo(Long.class)
                .one();
        handle.createUpdate(range.attempt() == 1 ? FINISH_FIRST : FINISH_RETRY)
                .bind("range", range.id())
                .execute();
        return "failed";
    }
}
