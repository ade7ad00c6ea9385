package io.mailblast.bounce;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.bounce.BounceConfig.Protocol;
import io.mailblast.event.EventLogConfig;
import io.mailblast.event.FileEventLog;
import io.mailblast.event.Ingester;
import io.mailblast.event.Refusals;
import io.mailblast.key.Keyring;
import io.mailblast.key.MessageIdCodec;
import io.mailblast.testing.Presses;
import io.mailblast.testing.TestCampaign;
import io.mailblast.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A campaign whose mails come back, and what takes them. Each test has a database and a log of its own.
@SuppressWarnings("NullAway.Init")
abstract class BounceScene {

    static final String HARD = "550 5.1.1 user unknown";
    static final String SOFT = "452 4.2.2 mailbox full";

    @TempDir
    Path folder;

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final TestDatabase db = TestDatabase.create();
    final TestCampaign campaign = TestCampaign.create(db, db.workspace("Us"), 10, List.of());
    final Keyring keys = Presses.keys();
    final MessageIdCodec returnPaths = MessageIdCodec.returnPath(keys);
    final MessageIdCodec tracking = MessageIdCodec.tracking(keys);
    FileEventLog log;
    final List<Refusals> opened = new ArrayList<>();
    BounceIntake intake;

    @BeforeEach
    void open() throws IOException {
        log = openLog("log");
        intake = intake(log);
    }

    @AfterEach
    void close() {
        opened.forEach(Refusals::close);
        log.close();
        db.close();
    }

    String signedTo(int recipientNo) {
        return "bounces+" + returnPaths.write(campaign.message(recipientNo)) + "@us.example";
    }

    static byte[] report(String to, String originalHeader, String reply) {
        return """
                From: mailer-daemon@relay.example
                To: %s
                Subject: Undelivered
                MIME-Version: 1.0
                Content-Type: multipart/report; report-type=delivery-status; boundary=part

                --part
                Content-Type: message/delivery-status

                Reporting-MTA: dns; relay.example

                Final-Recipient: rfc822; somebody@there.example
                Action: failed
                Status: %s.0.0
                Diagnostic-Code: smtp; %s

                --part
                Content-Type: text/rfc822-headers

                Subject: News
                %s

                --part--
                """.formatted(to, reply.charAt(0) == '4' ? "4" : "5", reply, originalHeader)
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    void take(byte[] mail) {
        try {
            intake.take(ReturnedMail.read(new ByteArrayInputStream(mail), List.of(), ReturnedMail.Source.MAILBOX));
        } catch (IOException e) {
            throw new IllegalStateException("memory cannot be read", e);
        }
    }

    static BounceConfig config(Protocol protocol, int port, String password) {
        return new BounceConfig(
                "bounces@us.example",
                protocol,
                "127.0.0.1",
                port,
                "bounces",
                password,
                "INBOX",
                Duration.ofMinutes(1),
                0,
                "127.0.0.1",
                Duration.ofDays(90));
    }

    FileEventLog openLog(String name) throws IOException {
        return FileEventLog.open(folder.resolve(name), logConfig(), registry);
    }

    static EventLogConfig logConfig() {
        return new EventLogConfig(EventLogConfig.Durability.OS, 64 << 10, 1 << 30, Duration.ZERO, 500, 7);
    }

    BounceIntake intake(FileEventLog into) {
        Refusals refusals = Refusals.start(db.database(), into, _ -> true, "home", Duration.ofMillis(100), () -> true);
        opened.add(refusals);
        return new BounceIntake(db.database(), into, refusals, returnPaths, tracking, InstantSource.system(), registry);
    }

    void ingest() throws Exception {
        try (Ingester ingester = Ingester.start(db.database(), log, logConfig(), InstantSource.system(), registry)) {
            assertThat(ingester.awaitDrained(Duration.ofSeconds(30)))
                    .as("behind by %d bytes", ingester.lagBytes())
                    .isTrue();
        }
    }

    List<String> events() {
        return texts("select kind || ' ' || recipient_no || ' ' || coalesce(hard, false) from event");
    }

    List<String> suppressed() {
        return texts("select address from suppression");
    }

    long kept() {
        return Long.parseLong(texts("select count(*)::text from bounce_mail").getFirst());
    }

    List<String> texts(String sql) {
        return db.database()
                .read(handle -> handle.createQuery(sql).mapTo(String.class).list());
    }
}
