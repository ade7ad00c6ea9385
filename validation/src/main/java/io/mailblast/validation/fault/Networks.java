package io.mailblast.validation.fault;

import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Installation.SimulatorAt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/// What lies between people and an installation, and between it and its database and provider, and what the database
/// lies on.
public final class Networks implements AutoCloseable {

    private final Optional<OwnDisk> disk;
    private final Path databaseHome;
    private volatile int databasePort;
    private volatile int providerPort;
    private volatile int frontPort;
    private final TcpProxy database = new TcpProxy(() -> databasePort, Duration.ZERO);
    private final TcpProxy provider = new TcpProxy(() -> providerPort, Duration.ZERO);
    private final TcpProxy front = new TcpProxy(() -> frontPort, Duration.ZERO);

    /// @param disk for the database; empty for a temporary folder
    Networks(Optional<OwnDisk> disk) {
        this.disk = disk;
        try {
            this.databaseHome = disk.isPresent()
                    ? disk.get().folder().resolve("database")
                    : Files.createTempDirectory("mailblast-validation-");
        } catch (IOException e) {
            throw new CannotRunException("No temporary folder can be made: " + e.getMessage());
        }
    }

    /// The one to the database.
    public TcpProxy database() {
        return database;
    }

    /// The one to the provider.
    public TcpProxy provider() {
        return provider;
    }

    /// The one from people to a node of the API.
    public TcpProxy front() {
        return front;
    }

    /// From now on who connects comes to that node.
    public void askAt(String http) {
        frontPort = URI.create(http).getPort();
    }

    /// What the database lies on.
    public Optional<OwnDisk> disk() {
        return disk;
    }

    Path databaseHome() {
        return databaseHome;
    }

    int toDatabase(int port) {
        databasePort = port;
        return database.port();
    }

    int toProvider(SimulatorAt simulator) {
        providerPort = URI.create(simulator.http()).getPort();
        return provider.port();
    }

    @Override
    public void close() {
        front.close();
        database.close();
        provider.close();
        if (disk.isPresent()) {
            disk.get().close();
            return;
        }
        try (Stream<Path> files = Files.walk(databaseHome)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            System.err.println("Left behind: " + databaseHome);
        }
    }
}
