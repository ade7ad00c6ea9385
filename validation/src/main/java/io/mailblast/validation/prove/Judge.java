package io.mailblast.validation.prove;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Holds what MailBlast says of a campaign against the provider's own record. Knows nothing of how either came
/// about.
final class Judge {

    private static final Set<String> ENDS = Set.of("sent", "failed", "skipped", "cancelled", "in_doubt");
    private static final int SHOWN = 5;

    private final Observation seen;
    private final List<Violation> violations = new ArrayList<>();

    private Judge(Observation seen) {
        this.seen = seen;
    }

    /// @return nothing where every invariant holds
    static List<Violation> judge(Observation seen) {
        Judge judge = new Judge(seen);
        judge.nobodyTwice();
        judge.nobodyAfterHisRefusal();
        judge.everybodyHasAnEnd();
        judge.nobodyIsMissing();
        judge.recordAgrees();
        judge.countsAgree();
        judge.doubtsAreBounded();
        return List.copyOf(judge.violations);
    }

    private void nobodyTwice() {
        some(
                Violation.Kind.SENT_TWICE,
                "more than one accepted mail",
                having(seen.accepted().keySet(), address -> accepted(address) > 1));
    }

    private void nobodyAfterHisRefusal() {
        some(
                Violation.Kind.SENT_AFTER_UNSUBSCRIBE,
                "unsubscribed before the message began, and has a mail",
                having(seen.refusedBefore(), address -> accepted(address) > 0));
    }

    private void everybodyHasAnEnd() {
        some(
                Violation.Kind.SUMS,
                "in no state that is an end",
                having(
                        seen.stateOf().keySet(),
                        address -> !ENDS.contains(seen.stateOf().get(address))));
        long ended = ENDS.stream().mapToLong(seen::count).sum();
        if (ended != seen.recipients()) {
            say(
                    Violation.Kind.SUMS,
                    "of " + seen.recipients() + " recipients " + ended + " have an end: " + seen.byState());
        }
        if (seen.stateOf().size() != seen.recipients()) {
            say(
                    Violation.Kind.SUMS,
                    "it counts " + seen.recipients() + " recipients and lists "
                            + seen.stateOf().size());
        }
        for (String state : ENDS) {
            long listed = seen.stateOf().values().stream().filter(state::equals).count();
            if (listed != seen.count(state)) {
                say(Violation.Kind.SUMS, "it counts " + seen.count(state) + " as " + state + " and lists " + listed);
            }
        }
    }

    private void nobodyIsMissing() {
        if (seen.recipients() == 0 && seen.state().equals("cancelled")) {
            return;
        }
        some(
                Violation.Kind.MISSING,
                "on its lists, and no recipient",
                having(
                        seen.audience(),
                        address -> !seen.stateOf().containsKey(address)
                                && !seen.excused().contains(address)));
        some(
                Violation.Kind.MISSING,
                "skipped for no reason",
                having(
                        seen.stateOf().keySet(),
                        address -> state(address).equals("skipped")
                                && !seen.excused().contains(address)));
        if (!seen.state().equals("cancelled")) {
            some(
                    Violation.Kind.MISSING,
                    "cancelled in a campaign that was not",
                    having(seen.stateOf().keySet(), address -> state(address).equals("cancelled")));
        }
    }

    private void recordAgrees() {
        some(
                Violation.Kind.STRANGER,
                "has a mail, and is no recipient",
                having(seen.accepted().keySet(), address -> !seen.stateOf().containsKey(address)));
        some(
                Violation.Kind.CLAIMED,
                "sent, as MailBlast says, and the provider has no mail",
                having(seen.stateOf().keySet(), address -> state(address).equals("sent") && accepted(address) == 0));
        some(
                Violation.Kind.UNTOLD,
                "neither sent nor in doubt, as MailBlast says, and the provider has a mail",
                having(
                        seen.stateOf().keySet(),
                        address -> accepted(address) > 0
                                && !state(address).equals("sent")
                                && !state(address).equals("in_doubt")));
    }

    /// *Sent* ≤ accepted ≤ *sent* + *in doubt*: what is said one by one says it too, unless the counts are
    /// wrong.
    private void countsAgree() {
        long accepted = seen.accepted().size();
        long sent = seen.count("sent");
        if (sent > accepted) {
            say(Violation.Kind.CLAIMED, "it counts " + sent + " as sent, the provider accepted " + accepted);
        }
        if (accepted > sent + seen.count("in_doubt")) {
            say(
                    Violation.Kind.UNTOLD,
                    "the provider accepted " + accepted + ", it counts " + sent + " as sent and "
                            + seen.count("in_doubt") + " in doubt");
        }
    }

    private void doubtsAreBounded() {
        if (seen.count("in_doubt") > seen.mayBeInDoubt()) {
            say(
                    Violation.Kind.TOO_MUCH_IN_DOUBT,
                    seen.count("in_doubt") + " in doubt, at most " + seen.mayBeInDoubt() + " can have been under way");
        }
    }

    private int accepted(String address) {
        return seen.accepted().getOrDefault(address, 0);
    }

    private String state(String address) {
        return seen.stateOf().getOrDefault(address, "");
    }

    private static List<String> having(Collection<String> addresses, Predicate<String> what) {
        return new TreeSet<>(addresses).stream().filter(what).toList();
    }

    private void some(Violation.Kind kind, String what, List<String> addresses) {
        if (!addresses.isEmpty()) {
            List<String> shown = addresses.subList(0, Math.min(SHOWN, addresses.size()));
            say(
                    kind,
                    addresses.size() + (addresses.size() == 1 ? " recipient: " : " recipients: ") + what + ": "
                            + String.join(", ", shown) + (shown.size() < addresses.size() ? ", …" : ""));
        }
    }

    private void say(Violation.Kind kind, String what) {
        violations.add(new Violation(seen.round(), seen.campaign(), kind, what));
    }

    /// For people: how many of each state.
    static String summary(Map<String, Long> byState) {
        StringBuilder text = new StringBuilder();
        byState.forEach((state, count) -> {
            if (count > 0) {
                text.append(text.isEmpty() ? "" : ", ")
                        .append(count)
                        .append(' ')
                        .append(state.replace('_', ' '));
            }
        });
        return text.toString();
    }
}
