# The position in the log is committed apart from the rows that it stands for.
# proof: lost-facts
# file: platform/src/main/java/io/mailblast/event/IngestTransaction.java
# expect: lost
s{    Done ingest\(Handle handle, long from, long next, Judge\.Decoded decoded\) \{\n        begin\(handle, from\);}{    static final String SABOTAGE = "sabotage: position-apart";

    Done ingest(Handle handle, long from, long next, Judge.Decoded decoded) \{
        begin(handle, from);
        move(handle, next);
        handle.commit();
        java.util.concurrent.locks.LockSupport.parkNanos(100_000_000L);
        handle.begin();} or die "there is no ingest";
