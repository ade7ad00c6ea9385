package io.mailblast.simulator.record;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// An accepted mail and, for the inbox, what its recipient did with it.
public final class Mail {

    private static final int MAX_ACTIVITIES = 40;

    /// One thing that the recipient, or the provider for him, did.
    public record Activity(Instant at, String text) {}

    private final AcceptedMail accepted;

    /// Both guarded by `this`.
    private final Set<Fact> facts = EnumSet.noneOf(Fact.class);

    private final List<Activity> activities = new ArrayList<>(2);

    public Mail(AcceptedMail accepted) {
        this.accepted = accepted;
    }

    public AcceptedMail accepted() {
        return accepted;
    }

    synchronized void happened(Fact fact) {
        facts.add(fact);
    }

    /// Adds a line to what the inbox shows; the first forty are kept.
    public synchronized void note(Instant at, String text) {
        if (activities.size() < MAX_ACTIVITIES) {
            activities.add(new Activity(at, text));
        }
    }

    /// What came of it so far.
    public synchronized Set<Fact> facts() {
        Set<Fact> copy = EnumSet.noneOf(Fact.class);
        copy.addAll(facts);
        return copy;
    }

    public synchronized List<Activity> activities() {
        return List.copyOf(activities);
    }
}
