package io.mailblast.simulator.account;

import io.mailblast.simulator.record.Ledger;
import io.mailblast.simulator.record.Mail;
import io.mailblast.simulator.record.Mailbox;
import io.mailblast.simulator.record.Submission;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/// The one way in, for mail of either door: allowance, record, recipients.
public final class Intake {

    /// What handing a mail over came to.
    public sealed interface Outcome {

        /// The provider took responsibility; the record is flushed.
        record Accepted(String messageId) implements Outcome {}

        /// Nothing was recorded.
        record Refused(Refusal reason) implements Outcome {}
    }

    private final SendingAccount account;
    private final Ledger ledger;
    private final Mailbox mailbox;
    private final Aftermath aftermath;
    private final LongAdder throttled = new LongAdder();
    private final LongAdder rejected = new LongAdder();

    public Intake(SendingAccount account, Ledger ledger, Mailbox mailbox, Aftermath aftermath) {
        this.account = account;
        this.ledger = ledger;
        this.mailbox = mailbox;
        this.aftermath = aftermath;
    }

    /// Accepts a mail or says why not.
    ///
    /// @throws io.mailblast.simulator.record.RecordFailure if the record cannot be written; nothing is accepted
    public Outcome submit(Submission submission) throws InterruptedException {
        return submit(List.of(submission)).getFirst();
    }

    /// Accepts mails or says why not, each for itself; those accepted share one flush.
    ///
    /// @return in the order given
    /// @throws io.mailblast.simulator.record.RecordFailure if the record cannot be written; nothing is accepted
    public List<Outcome> submit(List<Submission> submissions) throws InterruptedException {
        List<Optional<Refusal>> refusals = new ArrayList<>(submissions.size());
        List<Submission> taken = new ArrayList<>(submissions.size());
        for (Submission submission : submissions) {
            Optional<Refusal> refusal = admit(submission);
            refusals.add(refusal);
            if (refusal.isEmpty()) {
                taken.add(submission);
            }
        }
        Iterator<List<Mail>> accepted = accepted(taken).iterator();
        List<Outcome> outcomes = new ArrayList<>(submissions.size());
        for (Optional<Refusal> refusal : refusals) {
            outcomes.add(refusal.isPresent() ? new Outcome.Refused(refusal.get()) : handOver(accepted.next()));
        }
        return outcomes;
    }

    private Optional<Refusal> admit(Submission submission) {
        Optional<Refusal> refusal =
                aftermath.hasRoom() ? account.take(submission.recipients().size()) : Optional.of(Refusal.OVERLOADED);
        refusal.ifPresent(reason -> {
            switch (reason) {
                case RATE_EXCEEDED, QUOTA_EXCEEDED, OVERLOADED -> throttled.increment();
                case ACCOUNT_SUSPENDED, SENDING_PAUSED -> rejected.increment();
            }
        });
        return refusal;
    }

    private List<List<Mail>> accepted(List<Submission> taken) throws InterruptedException {
        return taken.isEmpty() ? List.of() : ledger.accept(taken);
    }

    private Outcome handOver(List<Mail> mails) {
        for (Mail mail : mails) {
            mailbox.put(mail);
            aftermath.accepted(mail);
        }
        return new Outcome.Accepted(mails.getFirst().accepted().messageId());
    }

    /// Counts a submission that was refused before it came here.
    public void countRejected() {
        rejected.increment();
    }

    /// Submissions refused for rate, quota or overload.
    public long throttled() {
        return throttled.sum();
    }

    /// Submissions refused for any other reason.
    public long rejected() {
        return rejected.sum();
    }
}
