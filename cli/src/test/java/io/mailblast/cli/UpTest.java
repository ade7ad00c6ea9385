package io.mailblast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// `up` as a person starts it: how it stops, and how it comes back after everything was killed.
class UpTest {

    private final Installation.Home home = Installation.Home.create();
    private final Map<String, String> environment = home.environment(Map.of());
    private final Sandbox simulator = home.simulator(environment);
    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stop() {
        started.forEach(Process::destroy);
        simulator.close();
        home.awaitNoProcess();
        home.delete();
    }

    @Test
    void itRecoversByItselfAfterEverythingWasKilledAndThenStopsInOrder() throws Exception {
        Process first = up();
        Commands.user(environment, Installation.PASSWORD, "add", "first@up.test")
                .expect(0);
        Workspace workspace = workspace();
        workspace.sender("up.example");
        long list = workspace.list("readers");
        workspace.importContacts(list, List.of("one@up.example", "two@up.example"));
        List<ProcessHandle> killed = List.of(first.toHandle(), home.role("api"), home.role("worker"), home.postgres());

        killed.forEach(ProcessHandle::destroyForcibly);
        Await.until("all are dead", () -> killed.stream().noneMatch(ProcessHandle::isAlive));
        Process second = up();

        Workspace again = workspace();
        assertThat(again.client().all("/contacts")).hasSize(2);
        long campaign = again.campaign("after", "news@up.example", list);
        again.client().post("/campaigns/" + campaign + "/send", null).expect(202);
        Await.until(
                "both mails are sent",
                () -> again.stats(campaign).at("/by_state/sent").asInt(),
                sent -> sent == 2);

        second.destroy();
        assertThat(second.waitFor(20, TimeUnit.SECONDS)).as("stopped in time").isTrue();
        simulator.close();
        home.awaitNoProcess();
        assertThat(home.path().resolve("postgres/postmaster.pid"))
                .as("an orderly shutdown of PostgreSQL")
                .doesNotExist();
    }

    /// Its end is the end of its parts' standard input.
    @Test
    void whenOnlyTheSupervisorIsKilledItsPartsStopInOrder() throws Exception {
        Process up = up();
        List<ProcessHandle> parts = List.of(home.role("api"), home.role("worker"), home.postgres());

        up.destroyForcibly();

        Await.until("all parts have stopped", () -> parts.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(home.path().resolve("postgres/postmaster.pid"))
                .as("an orderly shutdown of PostgreSQL")
                .doesNotExist();
    }

    private Workspace workspace() {
        Client client = new Client(home.http(), "").as("first@up.test", Installation.PASSWORD);
        return new Workspace(client, "first@up.test", () -> {});
    }

    /// Starts it and waits until it says that it is up.
    private Process up() throws IOException {
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
