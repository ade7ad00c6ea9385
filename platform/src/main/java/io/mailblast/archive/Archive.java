package io.mailblast.archive;

import io.mailblast.db.Database;
import io.mailblast.thread.Threads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes old detail into Parquet files ([file format](https://parquet.apache.org/docs/file-format/)) before it is
/// dropped. A month whose time is over is taken out of its table at once, which takes a short lock, and waits as a
/// table of its own, `archive_…`. That one is written when nobody waits for it, and dropped in the transaction in which
/// its file is complete and on disk. So a row is in the database or in a file, whatever dies in between; a file that
/// was complete when its table could not be dropped is written again.
public final class Archive implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Archive.class);
    private static final String PREFIX = "archive_";
    private static final int FETCHED = 10_000;
    private static final Duration EVERY = Duration.ofHours(1);

    /// Of hundreds of millions of rows.
    private static final Duration LONGEST = Duration.ofHours(4);

    private static final String WAITING = """
            select relname from pg_class
            where relkind = 'r' and relnamespace = current_schema()::regnamespace and relname ~ '^archive_[a-z0-9_]+$'
            order by relname
            """;

    private static final String NOW = "select to_char(clock_timestamp() at time zone 'UTC', 'YYYYMMDDHH24MISSUS')";

    /// Of several nodes one does it.
    private static final String TRY = "select pg_try_advisory_xact_lock(hashtext('mailblast.archive'))";

    private static final String IS_THERE = "select to_regclass(:table) is not null";

    private final Database database;
    private final Path folder;
    private final CountDownLatch stopping = new CountDownLatch(1);

    /// Not a virtual one: it computes without pause, and would keep a carrier from requests.
    private final Thread thread = Thread.ofPlatform().daemon().name("archive").unstarted(this::loop);

    private Archive(Database database, Path folder) {
        this.database = database;
        this.folder = folder;
    }

    /// As an API's node does when it starts: from then on months go there whose time is over, or are dropped again.
    ///
    /// @param folder is made where it is not there; empty for no archive
    /// @throws IllegalArgumentException when nothing can be written there
    public static Optional<Archive> open(Database database, Optional<Path> folder) {
        Optional<Archive> archive = folder.map(there -> open(database, there));
        List<String> waiting = waiting(database);
        if (archive.isEmpty() && !waiting.isEmpty()) {
            LOG.warn("archive=none waiting={}: set retention.archive, or drop these tables", waiting);
        }
        database.read(handle -> handle.createUpdate("update installation set archives = :archives")
                .bind("archives", archive.isPresent())
                .execute());
        return archive;
    }

    private static Archive open(Database database, Path folder) {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, "writable", ".part"));
            return new Archive(database, folder);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "retention.archive: nothing can be written to " + folder + " ("
                            + e.getClass().getSimpleName() + ")",
                    e);
        }
    }

    /// Writes what waits, now and every hour.
    public void start() {
        thread.start();
    }

    private void loop() {
        try {
            do {
                try {
                    run();
                } catch (RuntimeException e) {
                    if (stopping.getCount() > 0) {
                        LOG.warn("archive=failed problem=\"{}\": it is tried again in an hour", e.getMessage());
                    }
                }
            } while (!stopping.await(EVERY.toSeconds(), TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// What is being written is left, to be written anew.
    @Override
    public void close() {
        stopping.countDown();
        Threads.awaitEnd(thread);
    }

    /// Whether what has had its time is to go there, by the word of the API's nodes: others need not be told.
    public static boolean isWanted(Handle handle) {
        return handle.createQuery("select coalesce((select archives from installation), false)")
                .mapTo(Boolean.class)
                .one();
    }

    /// Takes a partition out of its table, in the caller's transaction: nobody finds its rows there any more.
    public static void takeOut(Handle handle, String table, String partition) {
        handle.execute("alter table " + table + " detach partition " + partition);
        handle.execute("alter table " + partition + " rename to " + name(handle, partition));
    }

    /// Makes a table that waits, for rows that the caller moves there in the same transaction.
    ///
    /// @param like whose columns it has
    /// @return its name
    public static String emptyLike(Handle handle, String like) {
        String name = name(handle, like);
        handle.execute("create table " + name + " (like " + like + ")");
        return name;
    }

    /// With the time, since a month may have something taken out more than once.
    private static String name(Handle handle, String of) {
        return PREFIX + of + "_" + handle.createQuery(NOW).mapTo(String.class).one();
    }

    /// Writes all that waits, one table after the other.
    ///
    /// @throws UncheckedIOException when a file cannot be written: its table waits on
    public void run() {
        waiting(database).forEach(this::write);
    }

    private static List<String> waiting(Database database) {
        return database.read(
                handle -> handle.createQuery(WAITING).mapTo(String.class).list());
    }

    private void write(String table) {
        Path file = folder.resolve(table.substring(PREFIX.length()) + ".parquet");
        long rows = database.write(handle -> {
            if (!handle.createQuery(TRY).mapTo(Boolean.class).one() || !isThere(handle, table)) {
                return -1L;
            }
            Database.allow(handle, LONGEST);
            long written = write(handle, table, file);
            handle.execute("drop table " + table);
            return written;
        });
        if (rows >= 0) {
            LOG.info("archive=written file={} rows={}", file, rows);
        }
    }

    private static boolean isThere(Handle handle, String table) {
        return handle.createQuery(IS_THERE)
                .bind("table", table)
                .mapTo(Boolean.class)
                .one();
    }

    private long write(Handle handle, String table, Path file) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (PreparedStatement all = handle.getConnection().prepareStatement("select * from " + table)) {
            all.setFetchSize(FETCHED);
            long rows;
            try (ResultSet found = all.executeQuery()) {
                rows = ParquetFile.write(found, table.substring(PREFIX.length()), part, () -> stopping.getCount() > 0);
            }
            try (FileChannel written = FileChannel.open(part, StandardOpenOption.WRITE)) {
                written.force(true);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent())) {
                directory.force(true);
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException("old detail cannot be written to " + file + ": " + e.getMessage(), e);
        } catch (SQLException e) {
            throw new IllegalStateException("the rows of " + table + " cannot be read: " + e.getMessage(), e);
        }
    }
}
