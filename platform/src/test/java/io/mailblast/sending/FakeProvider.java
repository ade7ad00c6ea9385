package io.mailblast.sending;

import io.mailblast.delivery.Delivery;
import io.mailblast.delivery.Mail;
import io.mailblast.delivery.Outcome;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/// A provider whose faults a test chooses. What it accepted is on its own record.
final class FakeProvider implements Delivery {

    private final Queue<Mail> accepted = new ConcurrentLinkedQueue<>();
    private volatile Function<Mail, Outcome> answer = mail -> new Outcome.Accepted("id-" + mail.tag());

    private volatile Quota quota = new Quota(100_000, -1, 0, true);

    void answers(Function<Mail, Outcome> answer) {
        this.answer = answer;
    }

    List<String> acceptedAddresses() {
        return accepted.stream().map(Mail::to).sorted().toList();
    }

    List<Mail> accepted() {
        return List.copyOf(accepted);
    }

    @Override
    public Way reserve() {
        return new Way() {
            @Override
            public Outcome send(Mail mail) {
                Outcome outcome = answer.apply(mail);
                if (outcome instanceof Outcome.Accepted) {
                    accepted.add(mail);
                }
                return outcome;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public String account() {
        return "fake " + System.identityHashCode(this);
    }

    void quota(Quota quota) {
        this.quota = quota;
    }

    @Override
    public Quota quota() {
        return quota;
    }

    @Override
    public void close() {}
}
