package io.mailblast.validation.drill;

import io.mailblast.validation.fault.Cure;
import io.mailblast.validation.fault.SendingTroubles;
import io.mailblast.validation.fault.ToldWhom;
import io.mailblast.validation.fault.Watched;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Trouble on the way out: the provider, and those who are told of alerts.
final class ProviderFaults {

    private static final String FAILED = "select coalesce(sum(refused), 0) from send_count";
    private static final String IN_DOUBT = "select count(*) from send_in_doubt";

    private ProviderFaults() {}

    static List<Fault> all() {
        return List.of(
                Fault.of(
                        "rate-limit",
                        "every other request is answered with a word of the account's rate",
                        watched -> provider(
                                watched,
                                Map.of("rate", 60, "error_rate", 0.5, "error", "TooManyRequestsException"),
                                Map.of("rate", 5_000, "error_rate", 0))),
                Fault.of(
                        "slow-provider",
                        "the provider takes 14 s for each answer",
                        watched -> provider(watched, Map.of("latency_ms", 14_000), Map.of("latency_ms", 0))),
                Fault.of(
                        "garbage-provider",
                        "half of the provider's answers are no JSON",
                        watched -> provider(watched, Map.of("garbage_rate", 0.5), Map.of("garbage_rate", 0))),
                Fault.of("receiver-away", "sending is held back, and Slack answers 503", ProviderFaults::goAway));
    }

    /// Nothing may fail for it, and what is in doubt is settled by what the provider reports.
    private static Injection provider(Watched watched, Map<String, Object> trouble, Map<String, Object> well) {
        long failed = watched.number(FAILED);
        watched.provider().change("faults", trouble);
        return new Injection() {
            @Override
            public void end() {
                watched.provider().change("faults", well);
            }

            @Override
            public boolean isHealed() {
                return watched.number(IN_DOUBT) == 0;
            }

            @Override
            public List<Check> checks() {
                long more = watched.number(FAILED) - failed;
                long doubt = watched.number(IN_DOUBT);
                return List.of(
                        new Check("No mail fails for it", more == 0, String.format(Locale.ROOT, "%,d failed", more)),
                        new Check(
                                "Nothing stays in doubt",
                                doubt == 0,
                                String.format(Locale.ROOT, "%,d in doubt at the end", doubt)));
            }
        };
    }

    /// Whoever can be reached is told all the same.
    private static Injection goAway(Watched watched) {
        watched.told().forget();
        long mails = watched.provider().mailCount();
        Cure cure = SendingTroubles.holdUnheard(watched);
        return new Injection() {
            @Override
            public void end() throws InterruptedException {
                cure.end();
            }

            @Override
            public List<Check> checks() {
                Set<String> told = new TreeSet<>();
                watched.told().messages().stream()
                        .filter(message -> message.alert().equals("Sending Held"))
                        .map(ToldWhom.Message::receiver)
                        .forEach(told::add);
                watched.provider().mails(mails).stream()
                        .filter(message -> message.alert().equals("Sending Held"))
                        .map(ToldWhom.Message::receiver)
                        .forEach(told::add);
                return List.of(new Check(
                        "Other receivers are told in the meantime",
                        told.contains("email"),
                        "Sending Held was told to " + (told.isEmpty() ? "nobody" : String.join(", ", told))));
            }
        };
    }
}
