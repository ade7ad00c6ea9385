package io.mailblast.installation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@SuppressWarnings("NullAway.Init")
class InstallationWatchTest {

    @TempDir
    Path home;

    @TempDir
    Path elsewhere;

    private final TestDatabase db = TestDatabase.create();
    private final Holds holds = new Holds(db.database());

    @AfterEach
    void close() {
        db.close();
    }

    @Test
    void aNewHomeTakesANewDatabaseAndIsRecognisedAgain() {
        InstallationWatch first = watch(home);
        first.look();
        InstallationWatch again = watch(home);
        again.look();

        assertThat(holds.current()).isEmpty();
        assertThat(first.checkedStart()).isNotEmpty().isEqualTo(again.checkedStart());
    }

    @Test
    void nothingIsCheckedBeforeItWasLookedAt() {
        assertThat(watch(home).checkedStart()).isEmpty();
    }

    /// What a database comes to look like that was restored, moved or exchanged.
    enum Exchange {
        OLDER_THAN_REMEMBERED(m -> new HomeMemory(
                m.installation(), m.system(), m.timeline(), m.flushed() + 1_000_000_000L, m.tables(), m.mark())),
        ANOTHER_TIMELINE(
                m -> new HomeMemory(m.installation(), m.system(), m.timeline() + 1, m.flushed(), m.tables(), m.mark())),
        ANOTHER_CLUSTER(m -> new HomeMemory(m.installation(), "1", m.timeline(), m.flushed(), m.tables(), m.mark())),
        ANOTHER_INSTALLATION(m -> new HomeMemory(
                "00000000-0000-0000-0000-000000000000", m.system(), m.timeline(), m.flushed(), m.tables(), m.mark()));

        @SuppressWarnings("ImmutableEnumChecker")
        final UnaryOperator<HomeMemory> remembered;

        Exchange(UnaryOperator<HomeMemory> remembered) {
            this.remembered = remembered;
        }
    }

    @ParameterizedTest
    @EnumSource(Exchange.class)
    void aDatabaseThatDoesNotFitWhatTheHomeRemembersHoldsAllSending(Exchange exchange) {
        watch(home).look();
        exchange.remembered.apply(HomeMemory.read(home).orElseThrow()).write(home);

        watch(home).look();

        assertThat(holds.current()).isPresent();
        assertThat(holds.barriers()).extracting(Holds.Barrier::kind).containsExactly("held");
        assertThat(holds.release(null)).isPresent();
        watch(home).look();
        assertThat(holds.current()).as("what was released is known now").isEmpty();
    }

    /// What `pg_restore --clean` does, and a dump into a database that was made again: the cluster and its
    /// log are as they were.
    @Test
    void aDumpThatWasRestoredUnderTheSameServerHoldsAllSending() {
        watch(home).look();
        InstallationWatch running = watch(home);
        running.look();
        db.database().write(handle -> {
            handle.execute("create table restored (like installation including all)");
            handle.execute("insert into restored select * from installation");
            handle.execute("drop table installation");
            return handle.execute("alter table restored rename to installation");
        });

        running.look();

        assertThat(holds.current().orElseThrow().reason()).contains("made again from a dump");
        assertThat(holds.release(null)).isPresent();
        watch(home).look();
        assertThat(holds.current()).as("what was released is known now").isEmpty();
    }

    @Test
    void whatAnEarlierVersionRememberedIsGoodEnough() throws IOException {
        watch(home).look();
        HomeMemory m = HomeMemory.read(home).orElseThrow();
        Path file = home.resolve("installation.json");
        Files.writeString(file, Files.readString(file).replaceFirst("\"tables\":\"[^\"]*\",", ""));
        assertThat(HomeMemory.read(home).orElseThrow().tables()).isNull();

        watch(home).look();

        assertThat(holds.current()).isEmpty();
        assertThat(HomeMemory.read(home).orElseThrow().tables()).isEqualTo(m.tables());
    }

    @Test
    void aCopyOfAHomeHoldsAllSending() throws IOException {
        watch(home).look();
        for (Path file : list(home)) {
            Files.copy(file, elsewhere.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
        }

        watch(elsewhere).look();

        assertThat(holds.current().orElseThrow().reason()).contains("copy");
    }

    @Test
    void aHomeThatIsNewToAUsedDatabaseChecksNothingUntilALiveNodeVouches() {
        watch(home).look();
        InstallationWatch newcomer = watch(elsewhere);
        newcomer.look();
        String before = newcomer.checkedStart();
        vouch();

        newcomer.look();

        assertThat(before).isEmpty();
        assertThat(newcomer.checkedStart()).isNotEmpty();
        assertThat(holds.current()).isEmpty();
    }

    @Test
    void aHomeThatIsNewToAUsedDatabaseForWhichNobodyVouchesHoldsAllSendingAfterAWhile() {
        watch(home).look();
        AtomicLong now = new AtomicLong();
        InstallationWatch newcomer = new InstallationWatch(db.database(), elsewhere, now::get);
        now.set(Duration.ofSeconds(29).toNanos());
        newcomer.look();
        assertThat(holds.current()).as("another node may still vouch").isEmpty();

        now.set(Duration.ofSeconds(30).toNanos());
        newcomer.look();

        assertThat(holds.current().orElseThrow().reason())
                .contains("new to a database")
                .contains("may be a copy");
        assertThat(holds.barriers()).extracting(Holds.Barrier::kind).containsExactly("held");
    }

    @Test
    void aMemoryThatIsDamagedStopsTheStartWithTheFilesName() throws IOException {
        Files.writeString(home.resolve("installation.json"), "{\"installation\":");

        assertThatThrownBy(() -> watch(home))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("installation.json");
    }

    @Test
    void aHoldNamesItsReasonAndWhatWouldGoOn() {
        holds.hold("moving house", null);
        holds.hold("and another", null);

        assertThat(holds.current().orElseThrow().reason()).isEqualTo("moving house");
        assertThat(holds.wouldSend()).isEmpty();
        assertThat(holds.release(null)).contains("moving house");
        assertThat(holds.release(null)).isEmpty();
    }

    private InstallationWatch watch(Path of) {
        return InstallationWatch.open(db.database(), of);
    }

    private void vouch() {
        db.database().read(handle -> handle.execute("""
                insert into refusal_watch (home, log, clear_until, vouched_at)
                values ('other', 'log', now() + interval '1 minute', clock_timestamp())
                """));
    }

    private static List<Path> list(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }
}
