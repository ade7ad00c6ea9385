package io.mailblast.sending;

import io.mailblast.thread.Changes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// What this worker has leased and not begun, message by message in turns: workspaces share by their weights,
/// and within one its campaigns by theirs, so that a small campaign is next and not last.
///
/// Stride scheduling (Waldspurger and Weihl, "Stride Scheduling", MIT 1995): whoever has used least of its
/// share is next, and each message uses 1/weight. Who comes anew begins where the others are, so an absence
/// earns nothing. One lock guards all fields.
final class WorkQueue {

    private static final double STRIDE = 1_000_000;

    private static final int MOST_PARKED = 2_000;
    private static final long IDLE_NS = TimeUnit.SECONDS.toNanos(1);

    private final PriorityQueue<Parked> parked =
            new PriorityQueue<>((a, b) -> Long.compare(a.untilNs() - b.untilNs(), 0));
    private final Map<Long, Workspace> workspaces = new HashMap<>();
    private final PriorityQueue<Workspace> turns = new PriorityQueue<>(Comparator.comparingDouble(w -> w.used));
    private final Changes changes = new Changes();
    private double now;
    private int size;
    private boolean closed;

    private record Parked(Work work, long untilNs) {}

    private static final class Workspace {
        final Map<Long, Campaign> campaigns = new HashMap<>();
        final PriorityQueue<Campaign> turns = new PriorityQueue<>(Comparator.comparingDouble(c -> c.used));
        double used;
        double now;

        Workspace(double used) {
            this.used = used;
        }
    }

    private static final class Campaign {
        final ArrayDeque<Work> works = new ArrayDeque<>();
        double used;

        Campaign(double used) {
            this.used = used;
        }
    }

    synchronized void add(List<Work> works) {
        for (Work work : works) {
            LeasedRange range = work.range();
            Workspace workspace = workspaces.computeIfAbsent(range.share().workspaceId(), id -> {
                Workspace added = new Workspace(now);
                turns.add(added);
                return added;
            });
            workspace
                    .campaigns
                    .computeIfAbsent(range.campaignId(), id -> {
                        Campaign added = new Campaign(workspace.now);
                        workspace.turns.add(added);
                        return added;
                    })
                    .works
                    .add(work);
        }
        size += works.size();
        changes.tell();
    }

    /// Waits for work, and takes more of the same campaign, each at the cost of a turn.
    ///
    /// @return 1 to `most` messages of one campaign; none once the queue is closed, whatever is left in it
    List<Work> take(int most) throws InterruptedException {
        while (true) {
            CountDownLatch next = changes.next();
            long waitNs;
            synchronized (this) {
                if (closed) {
                    return List.of();
                }
                waitNs = unpark();
                if (!turns.isEmpty()) {
                    return several(most);
                }
            }
            Changes.await(next, waitNs);
        }
    }

    private List<Work> several(int most) {
        Work first = next();
        List<Work> taken = new ArrayList<>(most);
        taken.add(first);
        LeasedRange.Share share = first.range().share();
        Workspace workspace = workspaces.get(share.workspaceId());
        Campaign campaign =
                workspace == null ? null : workspace.campaigns.get(first.range().campaignId());
        if (workspace == null || campaign == null) {
            return taken;
        }
        turns.remove(workspace);
        workspace.turns.remove(campaign);
        while (taken.size() < most && !campaign.works.isEmpty()) {
            taken.add(campaign.works.remove());
            size--;
            workspace.used += STRIDE / share.workspaceWeight();
            campaign.used += STRIDE / share.campaignWeight();
        }
        putBack(workspace, campaign, first.range());
        return taken;
    }

    /// Puts a message aside for a moment, without delaying others.
    ///
    /// @return false when too many are aside already
    synchronized boolean park(Work work, Duration pause) {
        if (parked.size() >= MOST_PARKED) {
            return false;
        }
        parked.add(new Parked(work, System.nanoTime() + pause.toNanos()));
        return true;
    }

    /// @return nanoseconds until the next one that is aside may come
    private long unpark() {
        Parked first;
        while ((first = parked.peek()) != null && first.untilNs() - System.nanoTime() <= 0) {
            parked.remove();
            add(List.of(first.work()));
        }
        return first == null ? IDLE_NS : Math.max(1, first.untilNs() - System.nanoTime());
    }

    private Work next() {
        Workspace workspace = turns.remove();
        Campaign campaign = workspace.turns.remove();
        Work work = campaign.works.remove();
        LeasedRange.Share share = work.range().share();
        size--;
        now = workspace.used;
        workspace.now = campaign.used;
        workspace.used += STRIDE / share.workspaceWeight();
        campaign.used += STRIDE / share.campaignWeight();
        putBack(workspace, campaign, work.range());
        return work;
    }

    /// Into the order of turns, where there is something left.
    private void putBack(Workspace workspace, Campaign campaign, LeasedRange of) {
        if (campaign.works.isEmpty()) {
            workspace.campaigns.remove(of.campaignId());
        } else {
            workspace.turns.add(campaign);
        }
        if (workspace.turns.isEmpty()) {
            workspaces.remove(of.share().workspaceId());
        } else {
            turns.add(workspace);
        }
    }

    /// Messages here, by campaign.
    synchronized Map<Long, Integer> sizes() {
        Map<Long, Integer> sizes = new HashMap<>();
        workspaces
                .values()
                .forEach(workspace ->
                        workspace.campaigns.forEach((id, campaign) -> sizes.put(id, campaign.works.size())));
        parked.forEach(aside -> sizes.merge(aside.work().range().campaignId(), 1, Integer::sum));
        return sizes;
    }

    synchronized int size() {
        return size + parked.size();
    }

    /// Drops what belongs to a range that is no longer held.
    synchronized void drop(LeasedRange range) {
        parked.removeIf(aside -> aside.work().range() == range);
        Workspace workspace = workspaces.get(range.share().workspaceId());
        Campaign campaign = workspace == null ? null : workspace.campaigns.get(range.campaignId());
        if (workspace == null || campaign == null) {
            return;
        }
        int before = campaign.works.size();
        campaign.works.removeIf(work -> work.range() == range);
        size -= before - campaign.works.size();
        if (campaign.works.isEmpty()) {
            forget(workspace, campaign, range.campaignId());
            forgetEmpty();
        }
    }

    /// Takes out all of one campaign.
    synchronized List<Work> remove(long campaignId) {
        List<Work> removed = new ArrayList<>();
        parked.removeIf(aside -> aside.work().range().campaignId() == campaignId && removed.add(aside.work()));
        for (Workspace workspace : workspaces.values()) {
            Campaign campaign = workspace.campaigns.get(campaignId);
            if (campaign != null) {
                size -= campaign.works.size();
                forget(workspace, campaign, campaignId);
                forgetEmpty();
                removed.addAll(campaign.works);
                break;
            }
        }
        return removed;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /// Who waits gets nothing more.
    synchronized void close() {
        closed = true;
        changes.tell();
    }

    private static void forget(Workspace workspace, Campaign campaign, long campaignId) {
        workspace.campaigns.remove(campaignId);
        workspace.turns.remove(campaign);
    }

    private void forgetEmpty() {
        Iterator<Workspace> each = workspaces.values().iterator();
        while (each.hasNext()) {
            Workspace workspace = each.next();
            if (workspace.campaigns.isEmpty()) {
                each.remove();
                turns.remove(workspace);
            }
        }
    }
}
