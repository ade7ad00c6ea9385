package io.mailblast.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mailblast.testing.TestCampaign;
import io.mailblast.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodesTest {

    private final TestDatabase db = TestDatabase.create();
    private final Nodes nodes = new Nodes(db.database());

    @AfterEach
    void close() {
        db.close();
    }

    @Test
    void aNodeIsUpWhileItBeatsAndStoppedOnceItHasLeft() {
        try (NodeBeat _ = start("api-1", InstantSource.system())) {
            Nodes.Node node = awaitOne();

            assertThat(node.role()).isEqualTo("api");
            assertThat(node.name()).isEqualTo("api-1");
            assertThat(node.host()).isEqualTo("here");
            assertThat(node.port()).isEqualTo(8080);
            assertThat(node.version()).isEqualTo("1.2.3");
            assertThat(node.pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(node.state()).isEqualTo(Nodes.State.UP);
            assertThat(node.clockAheadSeconds()).isCloseTo(0, within(5.0));
        }

        assertThat(nodes.list().getFirst().state()).isEqualTo(Nodes.State.STOPPED);
    }

    @Test
    void whoStartsAgainOnTheSameHomeIsTheSameNodeAndRunsSinceThen() {
        try (NodeBeat _ = start("api-1", InstantSource.system())) {
            awaitOne();
        }
        Instant first = nodes.list().getFirst().since();
        try (NodeBeat _ = start("api-1", InstantSource.system())) {
            await(Nodes.State.UP);
        }

        assertThat(nodes.list()).hasSize(1);
        assertThat(nodes.list().getFirst().since()).isAfter(first);
    }

    @Test
    void aClockThatIsWrongIsSeen() {
        try (NodeBeat _ = start("api-1", () -> Instant.now().plusSeconds(600))) {
            assertThat(awaitOne().clockAheadSeconds()).isCloseTo(600, within(5.0));
        }
    }

    @Test
    void whoSaysNothingIsSilentAndForgottenAfterADay() {
        execute(
                "insert into node values ('api-1', 'h', 1, 1, 'v', now(), now() - interval '20 seconds', 0, null, 'api')");
        execute(
                "insert into node values ('api-2', 'h', 1, 1, 'v', now(), now() - interval '25 hours', 0, null, 'api')");

        assertThat(nodes.list()).extracting(Nodes.Node::name).containsExactly("api-1");
        assertThat(nodes.list().getFirst().state()).isEqualTo(Nodes.State.SILENT);
    }

    @Test
    void whatNobodyElseHasIsNamed() {
        execute("insert into node values ('api-1', 'h', 1, 1, 'v', now(), now(), 0, null, 'api')");
        execute(
                "insert into alert_evaluator (singleton, node, until) values (true, 'api-1', now() + interval '1 minute')");
        long workspace = db.workspace("Us");
        TestCampaign _ = TestCampaign.create(db, workspace, 1_000, List.of());
        execute("insert into worker (id, host, pid, version) overriding system value values (77, 'h', 1, 'v')");
        execute("insert into send_range (campaign_id, first_no, last_no, state, worker_id, lease_until)"
                + " select id, 0, 499, 'leased', 77, now() + interval '1 minute' from campaign");

        List<Nodes.Node> all = nodes.list();

        assertThat(all).extracting(Nodes.Node::role).containsExactly("api", "worker");
        assertThat(all)
                .extracting(Nodes.Node::holds)
                .containsExactly("evaluates the alerts", "1 ranges of 1 campaigns, 500 recipients");
    }

    private NodeBeat start(String name, InstantSource clock) {
        return NodeBeat.start(db.database(), "api", name, "here", 8080, "1.2.3", clock);
    }

    private Nodes.Node awaitOne() {
        await(Nodes.State.UP);
        return nodes.list().getFirst();
    }

    private void await(Nodes.State state) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (nodes.list().stream().noneMatch(node -> node.state() == state)) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(10_000_000);
        }
    }

    private void execute(String sql) {
        int _ = db.database().write(handle -> handle.execute(sql));
    }
}
