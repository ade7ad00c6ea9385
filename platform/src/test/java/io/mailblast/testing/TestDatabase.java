package io.mailblast.testing;

import io.mailblast.db.ConnectionTarget;
import io.mailblast.db.Database;
import io.mailblast.db.DatabaseConfig;
import io.mailblast.db.EmbeddedDatabase;
import io.mailblast.db.Migrations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A database of a test class's own, cloned in milliseconds from a migrated template. The cluster is the run's:
/// real PostgreSQL, started once, thrown away with the JVM.
///
/// ```java
/// private static final TestDatabase DB = TestDatabase.create();
/// @AfterAll static void close() { DB.close(); }
/// ```
public final class TestDatabase implements AutoCloseable {

    private static final AtomicInteger NEXT = new AtomicInteger();
    private static @Nullable EmbeddedDatabase cluster;

    private final ConnectionTarget target;
    private final Database database;

    private TestDatabase(ConnectionTarget target, String name) {
        this.target = target;
        this.database = Database.open(
                target, new DatabaseConfig("", "", "", 8, Duration.ofSeconds(10), Duration.ofSeconds(30)), name);
    }

    public static TestDatabase create() {
        ConnectionTarget own = clone("test_" + NEXT.incrementAndGet(), "mailblast");
        return new TestDatabase(own, "test");
    }

    /// A new, empty database without a schema.
    public static ConnectionTarget empty() {
        return clone("test_" + NEXT.incrementAndGet(), "template1");
    }

    public Database database() {
        return database;
    }

    /// The same database by connections of its own, which PostgreSQL knows as `observer` and not as `test`.
    public TestDatabase another() {
        return new TestDatabase(target, "observer");
    }

    public ConnectionTarget target() {
        return target;
    }

    /// Adds a workspace.
    ///
    /// @return its id
    public long workspace(String name) {
        return database.write(handle -> handle.createQuery("insert into workspace (name) values (:name) returning id")
                .bind("name", name)
                .mapTo(Long.class)
                .one());
    }

    @Override
    public void close() {
        database.close();
    }

    private static synchronized ConnectionTarget clone(String name, String template) {
        EmbeddedDatabase running = cluster();
        ConnectionTarget main = running.target();
        String admin = main.jdbcUrl().replaceFirst("/mailblast$", "/postgres");
        try (Connection connection = DriverManager.getConnection(admin, main.user(), main.password());
                var statement = connection.createStatement()) {
            statement.execute("create database " + name + " template " + template);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot clone the template", e);
        }
        return new ConnectionTarget(
                main.jdbcUrl().replaceFirst("/mailblast$", "/" + name), main.user(), main.password());
    }

    private static EmbeddedDatabase cluster() {
        if (cluster == null) {
            try {
                Path home = Files.createTempDirectory("mailblast-test-");
                EmbeddedDatabase started = EmbeddedDatabase.start(home, EmbeddedDatabase.Durability.DISPOSABLE);
                Migrations.run(started.target());
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    started.close();
                    delete(home);
                }));
                cluster = started;
            } catch (IOException e) {
                throw new IllegalStateException("no room for the tests' PostgreSQL", e);
            }
        }
        return cluster;
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            System.err.println("left behind: " + folder);
        }
    }
}
