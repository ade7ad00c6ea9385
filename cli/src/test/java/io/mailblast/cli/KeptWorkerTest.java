package io.mailblast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Workers that misbehave in every way, played by [BadWorker] in processes of their own.
class KeptWorkerTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path home;

    private final List<Keeper> keepers = new ArrayList<>();

    @AfterEach
    void stop() {
        keepers.forEach(Keeper::close);
    }

    @Test
    void aWorkerThatSpinsWithoutFinishingAnythingIsDumpedKilledAndReplaced() {
        keep("spins");

        JsonNode exit =
                Await.until("an exit", this::exits, exits -> exits.size() > 0).path(0);

        assertThat(exit.path("reason").asText()).contains("it finished nothing for 2 s while 7 wait");
        assertThat(exit.path("code").asInt()).isEqualTo(137);
        assertThat(home.resolve("dumps").resolve(exit.path("dump").asText()))
                .content()
                .contains("BadWorker.spin", "it finished nothing for 2 s");
        Await.until("the next one runs", () -> starts().size() > 1);
        assertThat(starts().get(0)).endsWith(" after ");
        String token = starts().get(0).split(" ")[1];
        assertThat(starts().get(1))
                .endsWith(" after " + token + "=" + exit.path("dump").asText());
    }

    @Test
    void aWorkerThatIsStoppedInItsTracksIsFoundThoughItCannotDumpItsThreads() throws Exception {
        keep("works");
        String pid = Await.until("it runs", this::starts, starts -> !starts.isEmpty())
                .getFirst()
                .split(" ")[0];

        assertThat(new ProcessBuilder("kill", "-STOP", pid).start().waitFor()).isZero();
        JsonNode exit =
                Await.until("an exit", this::exits, exits -> exits.size() > 0).path(0);

        assertThat(exit.path("reason").asText()).contains("it said nothing for 10 s");
        assertThat(home.resolve("dumps").resolve(exit.path("dump").asText()))
                .content()
                .contains("T (stopped)");
        Await.until("the next one runs", () -> starts().size() > 1);
    }

    @Test
    void aWorkerThatMakesOneMailForeverIsKilledThoughItsOtherLanesGoOn() {
        keep("makes-one-forever");

        JsonNode exit =
                Await.until("an exit", this::exits, exits -> exits.size() > 0).path(0);

        assertThat(exit.path("reason").asText()).contains("a mail has been in the making for 9 s");
    }

    @Test
    void workersThatDieAtOnceAreACrashLoopThatIsToldTheirPausesGrowAndEachDeathIsToldUntilOneLives() {
        keep("dies");

        JsonNode state = Await.until("a crash loop", this::state, it -> it.has("crash_loop_until"));

        assertThat(state.path("restarts").asInt()).isEqualTo(ProcessExits.LOOP);
        assertThat(state.path("exits").path(0).path("reason").asText()).isEqualTo("ended with code 9");
        List<String> starts = Await.until("the next one", this::starts, all -> all.size() > ProcessExits.LOOP);
        String last = starts.getLast();
        for (int i = 1; i < starts.size(); i++) {
            assertThat((startedNs(starts.get(i)) - startedNs(starts.get(i - 1))) / 1_000_000)
                    .as("ms before start %d", i)
                    .isGreaterThanOrEqualTo(250L << (i - 1));
        }
        assertThat(last.substring(last.indexOf(" after ")).split(",")).hasSize(ProcessExits.LOOP);
    }

    private void keep(String how) {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx32m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Path.of("target", "test-classes").toAbsolutePath().toString(),
                BadWorker.class.getName(),
                how,
                home.resolve("starts").toString());
        Keeper keeper = new Keeper(
                "worker",
                new KeptWorker(
                        () -> command,
                        Map.of(),
                        home.resolve("log"),
                        home,
                        new ProcessExits(home),
                        InstantSource.system()));
        keepers.add(keeper);
        keeper.watch();
    }

    private static long startedNs(String start) {
        return Long.parseLong(start.split(" ")[2]);
    }

    /// `PID TOKEN NANOSECONDS after PREDECESSORS` of each process.
    private List<String> starts() {
        try (Stream<String> lines = Files.lines(home.resolve("starts"))) {
            return lines.toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private JsonNode exits() {
        return state().path("exits");
    }

    private JsonNode state() {
        try {
            return JSON.readTree(Files.readAllBytes(home.resolve("supervisor.json")));
        } catch (IOException e) {
            return JSON.createObjectNode();
        }
    }
}
