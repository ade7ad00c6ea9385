package io.mailblast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// `up` as a person starts it: how it stops, and how it comes back after everything was killed.
class UpTest extends UpScene {

    @Test
    void itRecoversByItselfAfterEverythingWasKilledAndThenStopsInOrder() throws Exception {
        Process first = up();
        addAccount();
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
}
