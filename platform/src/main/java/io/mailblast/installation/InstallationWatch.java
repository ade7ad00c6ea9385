package io.mailblast.installation;

import io.mailblast.db.Database;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Compares the database with what this home remembers of it, and holds all sending where they do not fit: a database
/// that was restored or copied would mail again what was sent since.
///
/// PostgreSQL's own start is what a check is good for: files of a database cannot be exchanged under a server that
/// runs. So whoever begins messages names the start that was checked, and the statement does nothing under another one.
/// A dump can be restored under it: that is seen at the next look.
public final class InstallationWatch {

    private static final Logger LOG = LoggerFactory.getLogger(InstallationWatch.class);

    /// How long a home that is new waits for another node to vouch for the database.
    private static final Duration NEWCOMER = Duration.ofSeconds(30);

    private static final String STANDING = """
            select i.id as installation, i.claimed_at is not null as claimed,
                cast(s.system_identifier as text) as system,
                cast(cast('x' || left(pg_walfile_name(pg_current_wal_flush_lsn()), 8) as bit(32)) as int) as timeline,
                cast(pg_current_wal_flush_lsn() - cast('0/0' as pg_lsn) as bigint) as flushed,
                cast(pg_postmaster_start_time() as text) as started,
                (select oid from pg_database where datname = current_database()) || '/'
                    || cast(cast('installation' as regclass) as oid) as tables,
                exists (
                    select from refusal_watch
                    where clear_until > clock_timestamp() and vouched_at > pg_postmaster_start_time()) as vouched
            from installation i, pg_control_system() s
            """;

    private static final String CLAIM = "update installation set claimed_at = now() where claimed_at is null";

    private final Database database;
    private final Path home;
    private final String mark;
    private final LongSupplier nanoTime;
    private final long openedNs;
    private Optional<HomeMemory> memory;
    private volatile String checkedStart = "";

    /// @param nanoTime a monotonic clock
    InstallationWatch(Database database, Path home, LongSupplier nanoTime) {
        this.database = database;
        this.home = home;
        this.nanoTime = nanoTime;
        this.openedNs = nanoTime.getAsLong();
        this.mark = HomeMark.of(home);
        this.memory = HomeMemory.read(home);
    }

    /// @param home that exists and can be written
    /// @throws java.io.UncheckedIOException when it cannot
    public static InstallationWatch open(Database database, Path home) {
        return new InstallationWatch(database, home, System::nanoTime);
    }

    /// The start of PostgreSQL (as it prints `pg_postmaster_start_time()`) for which the database was found to be
    /// this home's; empty while it was for none.
    public String checkedStart() {
        return checkedStart;
    }

    /// By which the database knows this home.
    public String mark() {
        return mark;
    }

    /// Looks, and says whether this node knows that the database is its own: then it may vouch for others.
    public boolean isChecked() {
        look();
        return !checkedStart.isEmpty();
    }

    private record Standing(HomeMemory seen, String started, boolean claimed, boolean vouched) {}

    /// Looks, holds where something does not fit, and remembers how far the database has come. To be done every second
    /// or so.
    ///
    /// @throws io.mailblast.db.DatabaseUnavailableException when PostgreSQL is away
    /// @throws java.io.UncheckedIOException when the home cannot be written
    public synchronized void look() {
        Standing standing = standing();
        HomeMemory seen = standing.seen();
        if (memory.isEmpty()) {
            if (standing.claimed() && !standing.vouched()) {
                if (nanoTime.getAsLong() - openedNs < NEWCOMER.toNanos()) {
                    return;
                }
                hold("The home " + home + " is new to a database that another one has used, and no node of that"
                        + " installation is alive to vouch for it: it may be a copy.");
            }
        } else {
            misfit(memory.get(), seen).ifPresent(this::hold);
        }
        // Remembered only once the hold is committed: whoever dies between finds the misfit again.
        if (!memory.equals(Optional.of(seen))) {
            remember(seen);
        }
        checkedStart = standing.started();
    }

    /// A home that is full for a while remembers less far, which only makes it notice less; a new one must be written.
    private void remember(HomeMemory seen) {
        try {
            seen.write(home);
            memory = Optional.of(seen);
        } catch (UncheckedIOException e) {
            if (memory.isEmpty() || !memory.get().isOf(seen)) {
                throw e;
            }
            LOG.warn("installation=not_remembered problem=\"{}\"", e.getMessage());
        }
    }

    private void hold(String reason) {
        new Holds(database).hold(reason, null);
        LOG.error("installation=held reason=\"{}\" remedy=\"./mailblast release\"", reason);
    }

    private Optional<String> misfit(HomeMemory known, HomeMemory seen) {
        if (!known.installation().equals(seen.installation())) {
            return Optional.of("The database is not the one that this home belongs to.");
        }
        if (!known.mark().equals(seen.mark())) {
            return Optional.of("This home is a copy, or its machine is another than before: if the first one still"
                    + " sends, both would mail the same.");
        }
        if (!known.system().equals(seen.system())) {
            return Optional.of("The database lies in another PostgreSQL cluster than before: it was restored or"
                    + " copied, and may not know what was sent since.");
        }
        if (seen.timeline() != known.timeline()) {
            return Optional.of("The database went on from an earlier point in time, or on another server (timeline "
                    + seen.timeline() + ", " + known.timeline() + " before): it may not know what was sent since.");
        }
        if (seen.flushed() < known.flushed()) {
            return Optional.of("The database is older than what this home remembers of it, by "
                    + (known.flushed() - seen.flushed()) + " bytes of its log: it was restored, and does not know what"
                    + " was sent since.");
        }
        if (known.tables() != null && !known.tables().equals(seen.tables())) {
            return Optional.of(
                    "The database's tables are not those that this home remembers: they were made again from a"
                            + " dump, which does not know what was sent since.");
        }
        return Optional.empty();
    }

    private Standing standing() {
        return database.read(handle -> {
            Standing standing = handle.createQuery(STANDING)
                    .map((row, context) -> new Standing(
                            new HomeMemory(
                                    row.getString("installation"),
                                    row.getString("system"),
                                    row.getInt("timeline"),
                                    row.getLong("flushed"),
                                    row.getString("tables"),
                                    mark),
                            row.getString("started"),
                            row.getBoolean("claimed"),
                            row.getBoolean("vouched")))
                    .one();
            if (!standing.claimed()) {
                handle.execute(CLAIM);
            }
            return standing;
        });
    }
}
