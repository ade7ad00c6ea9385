package io.mailblast.sending;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What this worker has leased and not begun. Campaigns take turns, message by message, so that a small one is next and
/// not last. One lock guards all fields.
final class WorkQueue {

    private final ArrayDeque<Long> turns = new ArrayDeque<>();
    private final Map<Long, ArrayDeque<Work>> campaigns = new HashMap<>();
    private boolean closed;

    synchronized void add(List<Work> works) {
        for (Work work : works) {
            long campaign = work.range().campaignId();
            campaigns
                    .computeIfAbsent(campaign, id -> {
                        turns.add(id);
                        return new ArrayDeque<>();
                    })
                    .add(work);
        }
        notifyAll();
    }

    /// Waits for work.
    ///
    /// @return null once the queue is closed, whatever is left in it
    synchronized @Nullable Work take() throws InterruptedException {
        while (turns.isEmpty() && !closed) {
            wait();
        }
        if (closed) {
            return null;
        }
        Long campaign = turns.remove();
        ArrayDeque<Work> own = campaigns.get(campaign);
        if (own == null) {
            throw new IllegalStateException("a turn without work");
        }
        Work work = own.remove();
        if (own.isEmpty()) {
            campaigns.remove(campaign);
        } else {
            turns.add(campaign);
        }
        return work;
    }

    /// Campaigns that have at least so many messages here.
    synchronized List<Long> withAtLeast(int messages) {
        return campaigns.entrySet().stream()
                .filter(entry -> entry.getValue().size() >= messages)
                .map(Map.Entry::getKey)
                .toList();
    }

    synchronized int size() {
        return campaigns.values().stream().mapToInt(ArrayDeque::size).sum();
    }

    /// Drops what belongs to a range that is no longer held.
    synchronized void drop(LeasedRange range) {
        Iterator<Map.Entry<Long, ArrayDeque<Work>>> entries =
                campaigns.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<Long, ArrayDeque<Work>> entry = entries.next();
            entry.getValue().removeIf(work -> work.range() == range);
            if (entry.getValue().isEmpty()) {
                entries.remove();
                turns.remove(entry.getKey());
            }
        }
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /// Messages here, by campaign.
    synchronized Map<Long, Integer> sizes() {
        Map<Long, Integer> sizes = new HashMap<>();
        campaigns.forEach((campaign, own) -> sizes.put(campaign, own.size()));
        return sizes;
    }

    /// Takes out all of one campaign.
    synchronized List<Work> remove(long campaign) {
        ArrayDeque<Work> own = campaigns.remove(campaign);
        turns.remove(campaign);
        return own == null ? List.of() : List.copyOf(own);
    }

    /// Who waits gets nothing more.
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
