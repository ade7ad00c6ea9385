package io.mailblast.validation.prove;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.installation.CannotRunException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/// The people on the lists: the same for every seed, most of them on several lists, some at addresses that are
/// refused, put off or bounce, and some who unsubscribe and are taken on again.
final class Readers {

    static final int LISTS = 4;

    private static final int PEOPLE = 600;
    private static final int WHO_MAY_LEAVE = 240;
    private static final String SENDER = "news@proof.example";
    private static final String FORM = "List-Unsubscribe=One-Click";

    private final Caller api;
    private final Caller anybody;
    private final List<Long> listIds = new ArrayList<>();
    private final List<Set<String>> members = new ArrayList<>();
    private final Map<String, String> unsubscribePaths = new TreeMap<>();
    private final Set<String> excused = ConcurrentHashMap.newKeySet();
    private final Set<String> away = ConcurrentHashMap.newKeySet();

    /// @param anybody who is not signed in, as readers are
    Readers(Caller api, Caller anybody) {
        this.api = api;
        this.anybody = anybody;
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < LISTS; i++) {
            members.add(new TreeSet<>());
        }
        for (int i = 0; i < PEOPLE; i++) {
            String address = "reader" + i + "@proof.example";
            members.get(random.nextInt(LISTS)).add(address);
            members.get(random.nextInt(LISTS)).add(address);
        }
        for (String special : List.of("bounce", "suppressionlist", "defer")) {
            for (int i = 0; i < 3; i++) {
                String address = special + "+" + i + "@proof.example";
                members.get(i).add(address);
                members.get(i + 1).add(address);
                excused.add(address);
            }
        }
    }

    /// Makes lists, contacts and the sender, through the API.
    void enrol() {
        JsonNode _ = api.postAgain("/senders", Caller.JSON.createObjectNode().put("identity", SENDER), Map.of());
        for (int i = 0; i < LISTS; i++) {
            ObjectNode list = Caller.JSON.createObjectNode().put("name", "List " + i);
            long id = api.postAgain("/lists", list, Map.of()).at("/data/id").asLong();
            listIds.add(id);
            String csv = "email,first_name\n" + String.join(",Ann\n", members.get(i)) + ",Ann\n";
            awaitImport(api.postCsv("/contacts/import?list_id=" + id, csv)
                    .at("/data/id")
                    .asLong());
        }
    }

    /// Takes the one-click links out of the mails of a first campaign.
    void keepLinks(ProviderRecord record, int mark) {
        Map<String, Long> numbers = record.numbers(mark);
        for (int i = 0; i < WHO_MAY_LEAVE; i++) {
            String address = "reader" + i + "@proof.example";
            Long number = numbers.get(address);
            if (number != null) {
                unsubscribePaths.put(address, record.unsubscribePath(number));
            }
        }
        if (unsubscribePaths.isEmpty()) {
            throw new CannotRunException("The first campaign's mails have not come to the simulator.");
        }
    }

    /// A new campaign, a draft.
    ///
    /// @param mark by which its mails are known
    /// @param lists by their places
    long campaign(int mark, List<Integer> lists) {
        ObjectNode campaign = Caller.JSON
                .createObjectNode()
                .put("name", "Proof " + mark)
                .put("subject", "{{ first_name }}, the news " + ProviderRecord.inSubject(mark))
                .put("from_name", "Proof")
                .put("from_email", SENDER)
                .put(
                        "content",
                        "<html><body><p>Hello {{ first_name }}, <a href=\"https://example.com/news\">the news</a>."
                                + " <a href=\"{{ unsubscribe_url }}\">No more</a>.</p></body></html>");
        lists.forEach(list -> campaign.withArray("list_ids").add(listIds.get(list)));
        return api.postAgain("/campaigns", campaign, Map.of()).at("/data/id").asLong();
    }

    /// Everybody on some lists, once.
    Set<String> on(List<Integer> lists) {
        Set<String> all = new HashSet<>();
        lists.forEach(list -> all.addAll(members.get(list)));
        return all;
    }

    /// Who may be skipped: who has said no at some time of this run, and who is known to bounce.
    Set<String> excused() {
        return Set.copyOf(excused);
    }

    /// The next person who unsubscribes: others in each round.
    String leaver(int round, int place) {
        List<String> all = List.copyOf(unsubscribePaths.keySet());
        return all.get(Math.floorMod(round * 31 + place * 7, all.size()));
    }

    /// Presses the one-click link.
    ///
    /// @return whether it was answered that there will be no more mail
    boolean unsubscribe(String address) {
        excused.add(address);
        away.add(address);
        return anybody.postForm(unsubscribePaths.getOrDefault(address, "/"), FORM)
                .isGood();
    }

    /// Takes on again who has unsubscribed.
    void comeBack() {
        for (String address : Set.copyOf(away)) {
            for (JsonNode suppression :
                    api.get("/suppressions?email=" + address).path("data")) {
                if (suppression.path("email").asText().equals(address)) {
                    api.delete("/suppressions/" + suppression.path("id").asLong());
                }
            }
            away.remove(address);
        }
    }

    private void awaitImport(long job) {
        while (true) {
            String state = api.get("/contacts/imports/" + job).at("/data/state").asText();
            if (state.equals("done")) {
                return;
            }
            if (!state.equals("waiting") && !state.equals("running")) {
                throw new CannotRunException("The import of the contacts came to nothing: it is " + state + ".");
            }
            Caller.pause(50);
        }
    }
}
