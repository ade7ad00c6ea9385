package io.mailblast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/// `up` in a home of its own, as a person starts it.
abstract class UpScene {

    final Installation.Home home = Installation.Home.create();
    final Map<String, String> environment = home.environment(Map.of());
    final Sandbox simulator = home.simulator(environment);
    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stop() {
        started.forEach(Process::destroy);
        simulator.close();
        home.awaitNoProcess();
        home.delete();
    }

    /// Makes the account of [#workspace].
    void addAccount() {
        Commands.user(environment, Installation.PASSWORD, "add", "first@up.test", "--operator")
                .expect(0);
    }

    static void stopInOrder(Process up) throws InterruptedException {
        up.destroy();
        assertThat(up.waitFor(30, TimeUnit.SECONDS)).as("stopped in time").isTrue();
    }

    /// Mails that the simulator took.
    long accepted() {
        return new Client(simulator.http(), "")
                .get("/simulator/counts")
                .expect(200)
                .json()
                .path("accepted")
                .asLong();
    }

    Workspace workspace() {
        Client client = new Client(home.http(), "").as("first@up.test", Installation.PASSWORD);
        return new Workspace(client, "first@up.test", () -> {});
    }

    /// Starts it and waits until it says that it is up.
    Process up() throws IOException {
        List<String> command = Commands.cli("up");
        command.addAll(home.options());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.redirectError(ProcessBuilder.Redirect.appendTo(home.log().toFile()));
        Process process = builder.start();
        started.add(process);
        String line = process.inputReader().readLine();
        if (line == null || !line.startsWith("MailBlast is up: " + home.http())) {
            throw new AssertionError("up said " + line + "\n" + home.tail());
        }
        return process;
    }
}
