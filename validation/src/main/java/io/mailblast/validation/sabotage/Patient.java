package io.mailblast.validation.sabotage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.fault.ProcessAgent;
import io.mailblast.validation.fault.TcpProxy;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Installation;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/// What there is to hurt.
///
/// @param network between the generator and the API
record Patient(Installation installation, TcpProxy network) {

    private static final String NEWEST_OPENS = "delete from event where kind = 'opened' and position in"
            + " (select position from event where kind = 'opened' order by position desc limit 5)";

    /// Answers come later by so many milliseconds.
    AutoCloseable delay(int ms) {
        network.delay(java.time.Duration.ofMillis(ms));
        return () -> network.delay(java.time.Duration.ZERO);
    }

    /// For 0.4 of every 2 seconds nobody can connect, and who is connected is reset.
    AutoCloseable cut() {
        Thread cuts = Thread.ofPlatform().daemon().name("cuts").start(() -> {
            try {
                while (true) {
                    network.become(TcpProxy.State.CUT);
                    Thread.sleep(400);
                    network.become(TcpProxy.State.OPEN);
                    Thread.sleep(1_600);
                }
            } catch (InterruptedException e) {
                network.become(TcpProxy.State.OPEN);
            }
        });
        return () -> {
            cuts.interrupt();
            cuts.join();
        };
    }

    /// The provider takes so many mails a second.
    AutoCloseable providerRate(double perSecond) {
        try (ApiClient simulator = new ApiClient(installation.simulatorHttp())) {
            double before = simulator.get("/simulator/faults").path("rate").asDouble();
            takes(simulator, perSecond);
            return () -> {
                try (ApiClient again = new ApiClient(installation.simulatorHttp())) {
                    takes(again, before);
                }
            };
        }
    }

    private static void takes(ApiClient simulator, double perSecond) {
        ObjectNode rate = ApiClient.JSON.createObjectNode().put("rate", perSecond);
        JsonNode _ = simulator.post("/simulator/faults", rate);
    }

    /// A statement takes so long, while requests go on.
    AutoCloseable slowStatement(double seconds) {
        Thread statement = Thread.ofPlatform()
                .daemon()
                .name("slow-statement")
                .start(() -> execute("select pg_sleep(" + seconds + ")"));
        return statement::join;
    }

    /// Events that were answered and counted are gone.
    AutoCloseable loseEvents() {
        return () -> execute(NEWEST_OPENS);
    }

    /// Trouble inside of a process.
    ///
    /// @param role `api` or `worker`
    /// @param what see [io.mailblast.validation.fault.Haunting]
    AutoCloseable haunt(String role, String what) {
        ProcessHandle process = installation
                .process(role)
                .orElseThrow(() -> new CannotRunException("There is no process of the role " + role + "."));
        return ProcessAgent.begin(process, installation.folder(), what);
    }

    private void execute(String sql) {
        String url = "jdbc:postgresql://127.0.0.1:" + installation.database().port() + "/mailblast";
        try (Connection connection = DriverManager.getConnection(
                        url, "postgres", installation.database().password());
                Statement statement = connection.createStatement()) {
            boolean _ = statement.execute(sql);
        } catch (SQLException e) {
            throw new CannotRunException("The statement failed: " + e.getMessage());
        }
    }
}
