# The position in the log is committed apart from the rows that it stands for.
# proof: lost-facts
# file: platform/src/main/java/io/mailblast/event/IngestTransaction.java
# expect: lost
s{    Done finish\(Handle handle, Arrivals arrivals, RollupDelta delta, long from, long next\) \{\n        begin\(handle, from\);}{    static final String SABOTAGE = "sabotage: position-apart";

    Done finish(Handle handle, Arrivals arrivals, RollupDelta delta, long from, long next) \{
        handle.rollback();
        handle.begin();
        begin(handle, from);
        move(handle, next);
        handle.commit();
        java.util.concurrent.locks.LockSupport.parkNanos(1_000_000_000L);
        handle.begin();
        EventRows.write(handle, arrivals.events);} or die "there is no ingest";
