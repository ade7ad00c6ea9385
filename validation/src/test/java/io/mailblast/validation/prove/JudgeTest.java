package io.mailblast.validation.prove;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Given what MailBlast says and what the provider has on record, which invariants are broken.
class JudgeTest {

    @Test
    void aCampaignOfWhichEverybodyHasOneMailIsGood() {
        assertThat(new Seen().sent("ann", "bob").judged()).isEmpty();
    }

    @Test
    void inDoubtMayBeAcceptedOrNot() {
        Seen seen = new Seen().sent("ann").says("bob", "in_doubt").says("cid", "in_doubt");
        seen.accepted.put("bob", 1);

        assertThat(seen.judged()).isEmpty();
    }

    @Test
    void whoIsSkippedForAReasonMayBe() {
        Seen seen = new Seen().sent("ann").says("bob", "skipped");
        seen.excused.add("bob");
        seen.refusedBefore.add("bob");

        assertThat(seen.judged()).isEmpty();
    }

    @Test
    void aRefusedRecipientHasFailedAndNoMail() {
        assertThat(new Seen().sent("ann").says("bob", "failed").judged()).isEmpty();
    }

    @Test
    void aCampaignCancelledBeforeItHadRecipientsIsGood() {
        Seen seen = new Seen();
        seen.state = "cancelled";
        seen.audience.add("ann");

        assertThat(seen.judged()).isEmpty();
    }

    @Test
    void whoeverACancelledCampaignHadNotReachedIsCancelled() {
        Seen seen = new Seen().sent("ann").says("bob", "cancelled");
        seen.state = "cancelled";

        assertThat(seen.judged()).isEmpty();
    }

    @Test
    void twoMailsToOneRecipientAreFound() {
        Seen seen = new Seen().sent("ann", "bob");
        seen.accepted.put("ann", 2);

        assertThat(seen.judged()).containsExactly(Violation.Kind.SENT_TWICE);
    }

    @Test
    void twoMailsToOneInDoubtAreFound() {
        Seen seen = new Seen().sent("bob").says("ann", "in_doubt");
        seen.accepted.put("ann", 2);

        assertThat(seen.judged()).containsExactly(Violation.Kind.SENT_TWICE);
    }

    @Test
    void aMailToWhoeverHadRefusedBeforeIsFound() {
        Seen seen = new Seen().sent("ann", "bob");
        seen.refusedBefore.add("bob");
        seen.excused.add("bob");

        assertThat(seen.judged()).containsExactly(Violation.Kind.SENT_AFTER_UNSUBSCRIBE);
    }

    @Test
    void whoIsOnTheListsAndNoRecipientIsMissing() {
        Seen seen = new Seen().sent("ann");
        seen.audience.add("bob");

        assertThat(seen.judged()).containsExactly(Violation.Kind.MISSING);
    }

    @Test
    void whoIsSkippedForNoReasonIsMissing() {
        assertThat(new Seen().sent("ann").says("bob", "skipped").judged()).containsExactly(Violation.Kind.MISSING);
    }

    @Test
    void whoIsCancelledInACampaignThatWasNotIsMissing() {
        assertThat(new Seen().sent("ann").says("bob", "cancelled").judged()).containsExactly(Violation.Kind.MISSING);
    }

    @Test
    void whoIsCalledSentAndHasNoMailIsFoundByNameAndByCount() {
        assertThat(new Seen().sent("ann").says("bob", "sent").judged())
                .containsExactlyInAnyOrder(Violation.Kind.CLAIMED, Violation.Kind.CLAIMED);
    }

    @Test
    void aMailOfSomebodyCalledFailedIsFoundByNameAndByCount() {
        Seen seen = new Seen().sent("ann").says("bob", "failed");
        seen.accepted.put("bob", 1);

        assertThat(seen.judged()).containsExactlyInAnyOrder(Violation.Kind.UNTOLD, Violation.Kind.UNTOLD);
    }

    @Test
    void aMailToAStrangerIsFound() {
        Seen seen = new Seen().sent("ann").says("bob", "in_doubt");
        seen.accepted.put("eve", 1);

        assertThat(seen.judged()).containsExactly(Violation.Kind.STRANGER);
    }

    @Test
    void whoIsStillWaitingWhenItHasEndedHasNoEnd() {
        assertThat(new Seen().sent("ann").says("bob", "waiting").judged())
                .containsExactlyInAnyOrder(Violation.Kind.SUMS, Violation.Kind.SUMS);
    }

    @Test
    void whoIsStillBeingSentWhenItHasEndedHasNoEnd() {
        assertThat(new Seen().sent("ann").says("bob", "sending").judged())
                .containsExactlyInAnyOrder(Violation.Kind.SUMS, Violation.Kind.SUMS);
    }

    @Test
    void countsThatTheListDoesNotHaveAreFound() {
        Seen seen = new Seen().sent("ann").says("bob", "failed");
        seen.counted.put("failed", 0L);
        seen.counted.put("in_doubt", 1L);

        assertThat(seen.judged()).containsExactlyInAnyOrder(Violation.Kind.SUMS, Violation.Kind.SUMS);
    }

    @Test
    void recipientsThatAreNotListedAreFound() {
        Seen seen = new Seen().sent("ann");
        seen.recipients = 2;

        assertThat(seen.judged()).containsOnly(Violation.Kind.SUMS);
    }

    @Test
    void moreInDoubtThanWasUnderWayIsFound() {
        Seen seen = new Seen().sent("ann").says("bob", "in_doubt").says("cid", "in_doubt");
        seen.mayBeInDoubt = 1;

        assertThat(seen.judged()).containsExactly(Violation.Kind.TOO_MUCH_IN_DOUBT);
    }

    @Test
    void whatIsSaidNamesRoundCampaignAndAddresses() {
        Seen seen = new Seen().sent("ann");
        seen.accepted.put("ann", 2);

        assertThat(Judge.judge(seen.observation()))
                .singleElement()
                .hasToString("sent_twice, round 3, campaign 7: 1 recipient: more than one accepted mail: ann");
    }

    /// What was seen; what is not said otherwise is consistent.
    private static final class Seen {

        private final Map<String, String> stateOf = new HashMap<>();
        private final Map<String, Integer> accepted = new HashMap<>();
        private final Map<String, Long> counted = new HashMap<>();
        private final Set<String> audience = new HashSet<>();
        private final Set<String> excused = new HashSet<>();
        private final Set<String> refusedBefore = new HashSet<>();
        private String state = "sent";
        private int recipients = -1;
        private long mayBeInDoubt = 100;

        Seen sent(String... addresses) {
            for (String address : addresses) {
                says(address, "sent");
                accepted.put(address, 1);
            }
            return this;
        }

        Seen says(String address, String what) {
            stateOf.put(address, what);
            audience.add(address);
            return this;
        }

        java.util.List<Violation.Kind> judged() {
            return Judge.judge(observation()).stream().map(Violation::kind).toList();
        }

        Observation observation() {
            Map<String, Long> byState = new HashMap<>();
            stateOf.values().forEach(each -> byState.merge(each, 1L, Long::sum));
            byState.putAll(counted);
            return new Observation(
                    3,
                    7,
                    state,
                    recipients < 0 ? stateOf.size() : recipients,
                    byState,
                    stateOf,
                    audience,
                    excused,
                    refusedBefore,
                    accepted,
                    mayBeInDoubt);
        }
    }
}
