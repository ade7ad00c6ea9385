package io.mailblast.db;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// PostgreSQL for an installation that brings none: its data in `HOME/postgres`, listening on loopback only,
/// with a password made on the first start and kept in `HOME/keys/postgres-password`.
///
/// Durable: `fsync`, `full_page_writes` and `synchronous_commit` are on, against the defaults of the library
/// that starts it. A server that outlived its MailBlast (`kill -9`) is adopted when it answers and ended when
/// it does not; it is known by its own data directory, so no other PostgreSQL is ever touched.
public final class EmbeddedDatabase implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
    private static final Duration STARTUP = Duration.ofSeconds(30);
    private static final String SUPERUSER = "postgres";
    private static final String DATABASE = "mailblast";

    private final Path data;
    private final ConnectionTarget target;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final @Nullable EmbeddedPostgres started;

    private EmbeddedDatabase(Path data, ConnectionTarget target, @Nullable EmbeddedPostgres started) {
        this.data = data;
        this.target = target;
        this.started = started;
        Thread.ofPlatform().daemon().name("postgres-watch").start(this::watch);
    }

    /// Starts the server of a home, or adopts the one that is running.
    ///
    /// @throws DatabaseUnavailableException when it cannot be started, with what to do
    public static EmbeddedDatabase start(Path home) {
        return start(home, Durability.DURABLE);
    }

    /// @param durability [Durability#DISPOSABLE] only where the data is thrown away: tests
    public static EmbeddedDatabase start(Path home, Durability durability) {
        Path data = home.resolve("postgres");
        try {
            String password = password(home);
            Orphan orphan = Orphan.find(data);
            if (orphan != null) {
                ConnectionTarget target = target(orphan.port(), password, DATABASE);
                if (answers(target)) {
                    LOG.info("database=adopted pid={} port={}", orphan.pid(), orphan.port());
                    return new EmbeddedDatabase(data, target, null);
                }
                LOG.warn("database=ending reason=\"outlived its MailBlast and does not answer\" pid={}", orphan.pid());
                orphan.end(Duration.ofSeconds(20));
            }
            Orphan.makeWay(data, Duration.ofSeconds(20));
            int port = port(home);
            EmbeddedPostgres server = launch(home, password, durability, port);
            return new EmbeddedDatabase(data, target(port, password, DATABASE), server);
        } catch (IOException | IllegalStateException e) {
            throw new DatabaseUnavailableException(
                    "The embedded PostgreSQL in " + data + " did not start: " + e.getMessage() + " Its log is in "
                            + data.resolve("log") + ".",
                    e);
        }
    }

    /// Where the running server of a home is, for a process that did not start it.
    ///
    /// @throws DatabaseUnavailableException when none runs
    public static ConnectionTarget running(Path home) {
        Path data = home.resolve("postgres");
        try {
            Orphan server = Orphan.find(data);
            if (server != null) {
                return target(server.port(), password(home), DATABASE);
            }
        } catch (IOException e) {
            throw new DatabaseUnavailableException("The embedded PostgreSQL in " + data + " cannot be found.", e);
        }
        throw new DatabaseUnavailableException(
                "No embedded PostgreSQL runs in " + data + ": start `./mailblast up` or `./mailblast api` first.");
    }

    public ConnectionTarget target() {
        return target;
    }

    /// Stops the server: open transactions are rolled back, a checkpoint is written (a fast shutdown). Can be
    /// called twice.
    @Override
    public synchronized void close() {
        if (closing.getCount() == 0) {
            return;
        }
        closing.countDown();
        try {
            if (started != null) {
                started.close();
            } else {
                Orphan server = Orphan.find(data);
                if (server != null) {
                    server.end(Duration.ofSeconds(30));
                }
            }
        } catch (IOException e) {
            LOG.error("database=stopping problem=\"{}\"", e.getMessage());
        }
    }

    /// Leaves the server running and watches it no longer: what a killed process does.
    void forget() {
        closing.countDown();
    }

    /// A server that died without being told to is started again on the same port, so that every pool finds it.
    private void watch() {
        while (!pausedUntilClose()) {
            try {
                restartIfGone();
            } catch (IOException | IllegalStateException e) {
                LOG.error("database=gone problem=\"{}\"", e.getMessage());
            }
        }
    }

    private synchronized void restartIfGone() throws IOException {
        if (closing.getCount() == 0 || Orphan.find(data) != null) {
            return;
        }
        LOG.warn("database=gone action=\"it is started again\"");
        Orphan.makeWay(data, Duration.ofSeconds(20));
        Restart.of(data, STARTUP);
        LOG.warn("database=restarted");
    }

    private boolean pausedUntilClose() {
        try {
            return closing.await(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    /// Whether what was committed must survive a power cut.
    public enum Durability {
        DURABLE,
        DISPOSABLE
    }

    private static EmbeddedPostgres launch(Path home, String password, Durability durability, int port)
            throws IOException {
        Path data = home.resolve("postgres");
        boolean first = !Files.exists(data.resolve("postgresql.conf"));
        String on = durability == Durability.DURABLE ? "on" : "off";
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setOverrideWorkingDirectory(binaries().toFile())
                .setPGStartupWait(STARTUP)
                .setPort(port)
                .setConnectConfig("password", password)
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("unix_socket_directories", "")
                .setServerConfig("fsync", on)
                .setServerConfig("full_page_writes", on)
                .setServerConfig("synchronous_commit", on)
                .setServerConfig("max_connections", "200")
                .setServerConfig("shared_buffers", "256MB")
                .setServerConfig("max_wal_size", "4GB")
                .setServerConfig("wal_compression", "on")
                .setServerConfig("jit", "off")
                // Its own collector, because a pipe to us would break when we are killed.
                .setServerConfig("logging_collector", "on")
                .setServerConfig("log_destination", "stderr,jsonlog")
                .setServerConfig("log_min_duration_statement", "1000")
                // Addresses are not for a log.
                .setServerConfig("log_parameter_max_length", "0")
                .setServerConfig("log_parameter_max_length_on_error", "0")
                .setServerConfig("log_truncate_on_rotation", "on")
                .setServerConfig("log_filename", "postgresql-%a.log");
        if (first) {
            // These reach initdb after its own `-A trust`, and the later word counts.
            builder.setLocaleConfig("auth", "scram-sha-256")
                    .setLocaleConfig("pwfile", passwordFile(home).toString())
                    .setLocaleConfig("locale", "C.UTF-8");
        }
        EmbeddedPostgres server = builder.start();
        try {
            createDatabase(server);
        } catch (SQLException e) {
            server.close();
            throw new IOException(e);
        }
        return server;
    }

    private static void createDatabase(EmbeddedPostgres server) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement();
                var exists = statement.executeQuery("select 1 from pg_database where datname = '" + DATABASE + "'")) {
            if (!exists.next()) {
                try (var create = connection.createStatement()) {
                    create.execute("create database " + DATABASE);
                }
            }
        }
    }

    private static boolean answers(ConnectionTarget target) {
        Properties properties = new Properties();
        properties.setProperty("user", target.user());
        properties.setProperty("password", target.password());
        properties.setProperty("connectTimeout", "3");
        properties.setProperty("socketTimeout", "5");
        long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        do {
            try (Connection connection = java.sql.DriverManager.getConnection(target.jdbcUrl(), properties)) {
                return connection.isValid(3);
            } catch (SQLException e) {
                // One that is recovering says so (57P03), and is worth waiting for.
                if (!"57P03".equals(e.getSQLState())) {
                    return false;
                }
            }
            pause();
        } while (System.nanoTime() < deadline);
        return false;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the database was starting", e);
        }
    }

    private static ConnectionTarget target(int port, String password, String database) {
        return new ConnectionTarget("jdbc:postgresql://127.0.0.1:" + port + "/" + database, SUPERUSER, password);
    }

    /// The port of the start before, where it is free, so that processes which outlived that start find their
    /// way back.
    private static int port(Path home) throws IOException {
        Path file = home.resolve("postgres-port");
        int port = 0;
        if (Files.exists(file)) {
            port = bindable(Integer.parseInt(Files.readString(file).strip()));
        }
        if (port == 0) {
            port = bindable(0);
            Files.writeString(file, Integer.toString(port));
        }
        return port;
    }

    /// @return the port, any free one for 0; 0 when it is taken
    private static int bindable(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            return 0;
        }
    }

    /// PostgreSQL's programs are unpacked once for all homes of a user.
    private static Path binaries() throws IOException {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path root =
                cache == null || cache.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        return Files.createDirectories(root.resolve("mailblast").resolve("postgres"));
    }

    private static Path passwordFile(Path home) {
        return home.resolve("keys").resolve("postgres-password");
    }

    private static String password(Path home) throws IOException {
        Path file = passwordFile(home);
        if (!Files.exists(file)) {
            Files.createDirectories(
                    file.getParent(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            Path draft = Files.createTempFile(
                    file.getParent(),
                    "postgres-password",
                    ".new",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(draft, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
            Files.move(draft, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        }
        return Files.readString(file, StandardCharsets.UTF_8).strip();
    }
}
