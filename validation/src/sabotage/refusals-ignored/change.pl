# Suppressions are not looked up when a message's turn comes.
# file: platform/src/main/java/io/mailblast/sending/Beginnings.java
# expect: sent_after_unsubscribe
s{when s\.id is not null then s\.reason}{/* sabotage: refusals-ignored */}g or die "no refusal is looked up";
