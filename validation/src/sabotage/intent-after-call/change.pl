# Messages go without a committed intent; it is written together with the outcome, after the provider's call.
# A recipient who unsubscribes between the two is sent to and counted as skipped: then the sums are wrong first.
# file: platform/src/main/java/io/mailblast/sending/SendFacts.java
# expect: sent_twice|sums
s{    Answer begin\(List<Work> wanted\) \{}{    static final String SABOTAGE = "sabotage: intent-after-call";

    Answer begin(List<Work> wanted) {
        Set<Key> all = new HashSet<>();
        wanted.forEach(work -> all.add(Key.of(work)));
        return new Answer(all, new HashSet<>(), new HashSet<>());
    }

    private Answer beginLate(List<Work> wanted) \{} or die "there is no begin";
s{    void record\(List<Close> closes\) \{}{    void record(List<Close> closes) \{
        beginLate(closes.stream().map(Close::work).toList());} or die "there is no record";
