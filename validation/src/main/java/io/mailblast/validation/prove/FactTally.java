package io.mailblast.validation.prove;

import java.util.concurrent.atomic.AtomicIntegerArray;

/// What readers did with the mails of one campaign, by mail: what was answered as recorded, and what got no
/// answer, of which nobody outside can know.
final class FactTally {

    /// What was done, and of that by programs that are a person's.
    record Pair(FactTally all, FactTally people) {

        static Pair of(int mails) {
            return new Pair(new FactTally(mails), new FactTally(mails));
        }

        void answered(int mail, boolean person) {
            all.answered(mail);
            if (person) {
                people.answered(mail);
            }
        }

        void unanswered(int mail, boolean person) {
            all.unanswered(mail);
            if (person) {
                people.unanswered(mail);
            }
        }
    }

    private final AtomicIntegerArray answered;
    private final AtomicIntegerArray unanswered;

    /// @param mails that there are
    FactTally(int mails) {
        this.answered = new AtomicIntegerArray(mails);
        this.unanswered = new AtomicIntegerArray(mails);
    }

    void answered(int mail) {
        answered.incrementAndGet(mail);
    }

    void unanswered(int mail) {
        unanswered.incrementAndGet(mail);
    }

    /// How many facts there must be.
    long least() {
        return sum(answered);
    }

    /// How many there can be.
    long most() {
        return least() + sum(unanswered);
    }

    /// How many mails must have one.
    long leastUnique() {
        long mails = 0;
        for (int i = 0; i < answered.length(); i++) {
            mails += answered.get(i) > 0 ? 1 : 0;
        }
        return mails;
    }

    /// How many mails can have one.
    long mostUnique() {
        long mails = 0;
        for (int i = 0; i < answered.length(); i++) {
            mails += answered.get(i) + unanswered.get(i) > 0 ? 1 : 0;
        }
        return mails;
    }

    private static long sum(AtomicIntegerArray counts) {
        long sum = 0;
        for (int i = 0; i < counts.length(); i++) {
            sum += counts.get(i);
        }
        return sum;
    }
}
