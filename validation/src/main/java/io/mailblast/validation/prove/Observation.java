package io.mailblast.validation.prove;

import java.util.Map;
import java.util.Set;

/// What was seen of one campaign that has come to its end: what MailBlast says, and what the provider has on
/// record.
///
/// @param state of the campaign
/// @param recipients how many it has, as MailBlast says
/// @param byState how many are in each state, as MailBlast says
/// @param stateOf each recipient's state by his address, as MailBlast says one by one
/// @param audience everybody on its lists
/// @param excused who may be skipped or left out: refused all mail at some time, or is known to bounce
/// @param refusedBefore whose refusal was answered before his message began
/// @param accepted how many mails the provider has for each address
/// @param mayBeInDoubt how many may be in doubt at most
record Observation(
        int round,
        long campaign,
        String state,
        long recipients,
        Map<String, Long> byState,
        Map<String, String> stateOf,
        Set<String> audience,
        Set<String> excused,
        Set<String> refusedBefore,
        Map<String, Integer> accepted,
        long mayBeInDoubt) {

    long count(String wanted) {
        return byState.getOrDefault(wanted, 0L);
    }
}
