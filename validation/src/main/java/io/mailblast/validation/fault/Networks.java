package io.mailblast.validation.fault;

import io.mailblast.validation.installation.Installation.SimulatorAt;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// What lies between people and an installation, and between it and its database and provider, and what the database
/// lies on.
public final class Networks implements AutoCloseable {

    private final Optional<OwnDisk> disk;
    private volatile int databasePort;
    private volatile int providerPort;
    private volatile int frontPort;
    private final TcpProxy database = new TcpProxy(() -> databasePort, Duration.ZERO);
    private final TcpProxy provider = new TcpProxy(() -> providerPort, Duration.ZERO);
    private final TcpProxy front = new TcpProxy(() -> frontPort, Duration.ZERO);

    /// @param disk for the database; empty for the installation's folder
    Networks(Optional<OwnDisk> disk) {
        this.disk = disk;
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

    Optional<Path> databaseHome() {
        return disk.map(own -> own.folder().resolve("database"));
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
        disk.ifPresent(OwnDisk::close);
    }
}
