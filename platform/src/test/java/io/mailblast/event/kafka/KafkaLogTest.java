package io.mailblast.event.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.event.CampaignCounts;
import io.mailblast.event.Event;
import io.mailblast.event.EventKind;
import io.mailblast.event.EventLog;
import io.mailblast.event.EventLogConfig;
import io.mailblast.event.EventLogConfig.Durability;
import io.mailblast.event.LogUnavailableException;
import io.mailblast.event.Rollups;
import io.mailblast.event.SharedIngest;
import io.mailblast.testing.TestCampaign;
import io.mailblast.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// With a real broker, one for all of these tests, and a topic for each.
class KafkaLogTest {

    private static final EventLogConfig SPOOL =
            new EventLogConfig(Durability.OS, 64 << 10, 1 << 30, Duration.ZERO, 500, 7);
    private static final String AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.7.0";
    private static final AtomicInteger TOPICS = new AtomicInteger();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path brokerFolder;

    @SuppressWarnings("NullAway.Init")
    private static TestBroker broker;

    @TempDir
    Path folder;

    private final String topic = "events-" + TOPICS.incrementAndGet();
    private final TestDatabase db = TestDatabase.create();
    private final TestCampaign campaign =
            TestCampaign.create(db, db.workspace("Kafka"), 20_000, List.of("https://a.example/"));
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SharedIngest ingest = new SharedIngest(db.database(), SPOOL, InstantSource.system(), registry);

    @BeforeAll
    static void startBroker() throws Exception {
        broker = TestBroker.start(brokerFolder);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @AfterEach
    void close() {
        db.close();
    }

    private KafkaConfig config(int partitions) {
        return new KafkaConfig(
                List.of(broker.servers()), topic, partitions, 1, Duration.ofDays(1), Duration.ofSeconds(10), true, "");
    }

    private KafkaLog open(String node) throws IOException {
        return KafkaLog.open(config(4), SPOOL, folder.resolve(node), db.database(), registry);
    }

    private KafkaLog ingesting(String node) throws IOException {
        KafkaLog log = open(node);
        log.ingest(ingest::start);
        return log;
    }

    private Event open(int recipient) {
        return Event.opened(campaign.message(recipient), Instant.now(), AGENT);
    }

    private void append(KafkaLog log, int from, int to) throws InterruptedException {
        List<Thread> threads = IntStream.range(0, 20)
                .mapToObj(writer -> Thread.ofVirtual().start(() -> {
                    for (int i = from + writer; i < to; i += 20) {
                        log.sink().append(open(i));
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /// @return how many were refused, and may be there all the same
    private int appendOneByOne(KafkaLog log, int from, int to) {
        int unknown = 0;
        for (int i = from; i < to; i++) {
            try {
                log.sink().append(open(i));
            } catch (LogUnavailableException e) {
                unknown++;
            }
        }
        return unknown;
    }

    private void drained(KafkaLog log) throws InterruptedException {
        assertThat(log.progress().awaitDrained(Duration.ofSeconds(60)))
                .as("behind by about %d bytes", log.progress().lagBytes())
                .isTrue();
    }

    private CampaignCounts.Count opens() {
        Map<EventKind, CampaignCounts.Count> counts =
                db.database().read(handle -> CampaignCounts.of(handle, campaign.workspaceId(), campaign.id()));
        return counts.getOrDefault(EventKind.OPENED, new CampaignCounts.Count(0, 0, 0, 0));
    }

    private static CampaignCounts.Count each(int events) {
        return new CampaignCounts.Count(events, 0, events, events);
    }

    private List<Rollups.Difference> differences() {
        return db.database().write(Rollups::verify);
    }

    private List<String> deadLetters() {
        return db.database()
                .read(handle -> handle.createQuery("select reason from dead_letter order by position")
                        .mapTo(String.class)
                        .list());
    }

    @Test
    void whatManyAppendAtOnceBecomesRowsOnceEach() throws Exception {
        try (KafkaLog log = ingesting("a")) {
            append(log, 0, 15_000);
            drained(log);

            assertThat(opens()).isEqualTo(each(15_000));
            assertThat(log.progress().lagBytes()).isZero();
        }
        assertThat(differences()).isEmpty();
    }

    @Test
    void whatWasTakenWithoutAnIngesterIsIngestedByTheNextOne() throws Exception {
        try (KafkaLog log = open("a")) {
            append(log, 0, 300);
            long mark = log.sink().end();
            TimeUnit.MILLISECONDS.sleep(1_200);
            assertThat(log.progress().isPassed(mark)).isFalse();
        }
        try (KafkaLog log = ingesting("b")) {
            drained(log);
            long mark = log.sink().end();
            TimeUnit.MILLISECONDS.sleep(1_200);
            assertThat(log.progress().isPassed(mark)).isTrue();
        }
        assertThat(opens()).isEqualTo(each(300));
    }

    @Test
    void aPartitionReadsAgainFromAnyPlaceAndWaitsForMore() throws Exception {
        KafkaConfig one = config(1);
        try (KafkaLog log = KafkaLog.open(one, SPOOL, folder.resolve("a"), db.database(), registry);
                Admin admin = broker.admin()) {
            KafkaClients clients = new KafkaClients(one);
            try (KafkaPartition partition = KafkaPartition.open(clients, EventTopic.open(admin, one), 0)) {
                assertThat(partition.await(partition.start(), Duration.ofMillis(50)))
                        .isFalse();
                for (int i = 0; i < 100; i++) {
                    log.sink().append(open(i));
                }
                assertThat(partition.await(partition.start(), Duration.ofSeconds(10)))
                        .isTrue();
                List<EventLog.Entry> all = readAll(partition, 100, 7);
                assertThat(all).hasSize(100);
                assertThat(all).extracting(EventLog.Entry::position).isSorted().doesNotHaveDuplicates();
                assertThat(partition.holdsMore(partition.start(), 99)).isTrue();
                assertThat(partition.holdsMore(partition.start(), 100)).isFalse();

                EventLog.Batch again = partition.read(all.get(40).position(), 3);
                assertThat(again.entries())
                        .extracting(EventLog.Entry::position)
                        .containsExactly(
                                all.get(40).position(),
                                all.get(41).position(),
                                all.get(42).position());
                assertThat(again.next()).isEqualTo(all.get(43).position());
            }
        }
    }

    private static List<EventLog.Entry> readAll(EventLog log, long end, int max) {
        List<EventLog.Entry> entries = new ArrayList<>();
        long at = log.start();
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (at < end && System.nanoTime() < deadline) {
            EventLog.Batch batch = log.read(at, max);
            assertThat(batch.entries().size()).isLessThanOrEqualTo(max);
            entries.addAll(batch.entries());
            at = batch.next();
        }
        return entries;
    }

    @Test
    void partitionsMoveToTheNodesThatAreThere() throws Exception {
        try (KafkaLog first = ingesting("a")) {
            append(first, 0, 2_000);
            KafkaLog second = ingesting("b");
            try {
                append(first, 2_000, 6_000);
                append(second, 6_000, 8_000);
            } finally {
                second.close();
            }
            append(first, 8_000, 10_000);
            drained(first);
        }
        assertThat(opens()).isEqualTo(each(10_000));
        assertThat(differences()).isEmpty();
    }

    @Test
    void whatComesWhileKafkaIsAwayIsForwardedOnce() throws Exception {
        try (TestBroker own = TestBroker.start(Files.createDirectory(folder.resolve("broker")));
                KafkaLog log = KafkaLog.open(
                        new KafkaConfig(
                                List.of(own.servers()),
                                topic,
                                2,
                                1,
                                Duration.ofDays(1),
                                Duration.ofMillis(400),
                                true,
                                ""),
                        SPOOL,
                        folder.resolve("a"),
                        db.database(),
                        registry)) {
            log.ingest(ingest::start);
            int unknown = appendOneByOne(log, 0, 100);
            own.kill();
            unknown += appendOneByOne(log, 100, 400);
            assertThat(unknown).as("whose fate is not known").isLessThan(10);
            assertThat(log.trouble()).isPresent();
            long mark = log.sink().end();
            assertThat(log.progress().isPassed(mark)).isFalse();

            own.startAgain();
            drained(log);
            long taken = opens().total();
            assertThat(taken).isBetween(400L - unknown, 400L);
            assertThat(opens().uniques()).isEqualTo(taken);
            assertThat(log.trouble()).isEmpty();
            unknown += appendOneByOne(log, 400, 500);
            drained(log);
            assertThat(opens().total()).isBetween(500L - unknown, 500L);
            assertThat(opens().uniques()).isEqualTo(opens().total());
        }
        assertThat(differences()).isEmpty();
        assertThat(KafkaLog.isSpoolLeft(folder.resolve("a"))).isFalse();
    }

    @Test
    void aSpoolWhoseProcessDiedIsForwardedFromWhereKafkaSays() throws Exception {
        KafkaConfig two = config(2);
        KafkaClients clients = new KafkaClients(two);
        Path spooled = folder.resolve("a");
        try (Admin admin = broker.admin()) {
            EventTopic there = EventTopic.open(admin, two);
            try (Spool spool = Spool.open(spooled, SPOOL, clients, new Marks(2))) {
                IntStream.range(0, 50).forEach(i -> spool.append(open(i)));
                assertThat(spool.forward(admin, there)).isEqualTo(50);
                IntStream.range(50, 80).forEach(i -> spool.append(open(i)));
            }
            assertThat(KafkaLog.isSpoolLeft(spooled)).isTrue();
            // It was committed, and the process died before it could remember that.
            Files.delete(spooled.resolve("forwarded"));
            try (Spool spool = Spool.open(spooled, SPOOL, clients, new Marks(2))) {
                assertThat(spool.forward(admin, there) + spool.forward(admin, there))
                        .isGreaterThanOrEqualTo(30);
                assertThat(spool.forward(admin, there)).isZero();
            }
            try (KafkaPartition first = KafkaPartition.open(clients, there, 0);
                    KafkaPartition second = KafkaPartition.open(clients, there, 1)) {
                Map<Integer, Long> ends = there.ends(admin);
                assertThat(readAll(first, ends.get(0), 100).size()
                                + readAll(second, ends.get(1), 100).size())
                        .isEqualTo(80);
            }
        }
    }

    /// Of which the answer was lost: a refusal among it holds only once it is ingested.
    @Test
    void whatWasForwardedWithoutAnAnswerIsWaitedForAllTheSame() throws Exception {
        KafkaConfig two = config(2);
        KafkaClients clients = new KafkaClients(two);
        Path spooled = folder.resolve("a");
        try (Admin admin = broker.admin()) {
            EventTopic there = EventTopic.open(admin, two);
            try (Spool spool = Spool.open(spooled, SPOOL, clients, new Marks(2))) {
                IntStream.range(0, 50).forEach(i -> spool.append(open(i)));
                assertThat(spool.forward(admin, there)).isEqualTo(50);
            }
            Files.delete(spooled.resolve("forwarded"));
            Marks marks = new Marks(2);
            marks.begin(Map.of());
            try (Spool spool = Spool.open(spooled, SPOOL, clients, marks)) {
                long _ = marks.next(spool.end());
                assertThat(spool.forward(admin, there)).isZero();

                assertThat(spool.bytes()).isZero();
                assertThat(marks.isPassed(spool.forwarded(), Map.of())).isFalse();
                assertThat(marks.isPassed(spool.forwarded(), there.ends(admin))).isTrue();
            }
        }
    }

    @Test
    void whatRetentionDeletedBeforeItWasIngestedIsToldByADeadLetter() throws Exception {
        try (KafkaLog log = KafkaLog.open(config(1), SPOOL, folder.resolve("a"), db.database(), registry);
                Admin admin = broker.admin()) {
            log.ingest(ingest::start);
            append(log, 0, 100);
            drained(log);
            long end = EventTopic.open(admin, config(1)).ends(admin).get(0);
            db.database().write(handle -> handle.execute("update ingest_position set position = position - 50"));
            admin.deleteRecords(Map.of(
                            new org.apache.kafka.common.TopicPartition(topic, 0), RecordsToDelete.beforeOffset(end)))
                    .all()
                    .get();
            append(log, 100, 200);
            drained(log);
        }
        assertThat(opens()).isEqualTo(each(200));
        assertThat(deadLetters()).allSatisfy(reason -> assertThat(reason).startsWith("missing from the log up to"));
    }

    @Test
    void whatIsNoEventBecomesADeadLetter() throws Exception {
        try (KafkaLog log = KafkaLog.open(config(1), SPOOL, folder.resolve("a"), db.database(), registry)) {
            log.ingest(ingest::start);
            try (var producer = new KafkaClients(config(1)).producer()) {
                var _ = producer.send(new org.apache.kafka.clients.producer.ProducerRecord<>(topic, new byte[] {9}))
                        .get();
                var _ = producer.send(new org.apache.kafka.clients.producer.ProducerRecord<>(topic, null))
                        .get();
            }
            append(log, 0, 10);
            drained(log);
        }
        assertThat(opens()).isEqualTo(each(10));
        assertThat(deadLetters()).containsExactly("malformed: too short", "a record without a value at 1");
    }

    @ParameterizedTest
    @CsvSource({
        "cleanup.policy, compact, is compacted",
        "retention.ms, 60000, keeps events for 60000 ms",
        "retention.bytes, 1000000, deletes events once a partition has retention.bytes",
        "unclean.leader.election.enable, true, may be led by a broker that lacks acknowledged events"
    })
    void aTopicThatWouldLoseEventsIsRefusedWithWhatToDo(String key, String value, String reason) throws Exception {
        create(4, Map.of(key, value));

        assertThatThrownBy(() -> open("a"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("The topic " + topic + " " + reason)
                .hasMessageContaining("What to do: kafka-configs.sh --bootstrap-server " + broker.servers()
                        + " --alter --topic " + topic + " --add-config " + key + "=");
    }

    @Test
    void aTopicWithOtherPartitionsOrTooFewCopiesIsRefused() throws Exception {
        create(3, Map.of());

        assertThatThrownBy(() -> open("a"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has 3 partitions, kafka.partitions says 4")
                .hasMessageContaining("set kafka.partitions to 3 on every node");
        KafkaConfig two = new KafkaConfig(
                List.of(broker.servers()), topic, 3, 2, Duration.ofDays(1), Duration.ofSeconds(2), true, "");
        assertThatThrownBy(() -> KafkaLog.open(two, SPOOL, folder.resolve("a"), db.database(), registry))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has partitions with 1 copies, kafka.replication says 2");
    }

    /// The brokers of these tests cannot compress, so the settings of such a topic are made here.
    @Test
    void aTopicThatItsBrokersCompressIsRefused() {
        Node node = new Node(1, "kafka-1", 9092);
        TopicDescription described = new TopicDescription(
                topic,
                false,
                IntStream.range(0, 4)
                        .mapToObj(each -> new TopicPartitionInfo(each, node, List.of(node), List.of(node)))
                        .toList());
        Config settings = new Config(List.of(
                new ConfigEntry("cleanup.policy", "delete"),
                new ConfigEntry("min.insync.replicas", "1"),
                new ConfigEntry("compression.type", "zstd")));

        assertThatThrownBy(() -> EventTopic.check(config(4), described, settings))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is compressed by its brokers (compression.type=zstd)")
                .hasMessageContaining("--add-config compression.type=producer");
    }

    private void create(int partitions, Map<String, String> settings) throws Exception {
        try (Admin admin = broker.admin()) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(settings)))
                    .all()
                    .get();
            // Its brokers know it a moment later.
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }
}
