package io.mailblast.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.simulator.recipient.Behaviour;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sesv2.SesV2Client;

/// What recipients do with a mail, seen by the server that they talk to.
final class RecipientsTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path home;

    @Test
    void aMailIsOpenedClickedAndUnsubscribedFrom() throws Exception {
        try (RecordingServer tracking = new RecordingServer();
                Running running = Running.start(Running.Choice.in(home).behaviour(Running.EVERYTHING));
                SesV2Client ses = running.ses()) {
            for (int i = 0; i < 20; i++) {
                ses.sendEmail(Mails.tracked("reader" + i + "@example.net", tracking.origin())
                        .build());
            }

            JsonNode counts = running.settled();

            assertThat(counts.path("delivered").asInt()).isEqualTo(20);
            assertThat(counts.path("unique_opens").asInt()).isEqualTo(20);
            assertThat(counts.path("opens").asInt())
                    .isEqualTo(tracking.seen("/open").size());
            assertThat(counts.path("clicks").asInt())
                    .isEqualTo(tracking.seen("/click").size());
            assertThat(counts.path("unique_clicks").asInt()).isPositive();
            assertThat(counts.path("unsubscribed").asInt()).isEqualTo(20);
            assertThat(counts.path("skipped_hosts").asInt()).isPositive();
            assertThat(tracking.seen("/click")).allSatisfy(it -> {
                assertThat(it.path()).isEqualTo("/click/1?url=aHR0cA==&s=x");
                assertThat(it.header("User-Agent")).startsWith("Mozilla/");
            });
            assertThat(tracking.seen("/unsubscribe")).hasSize(20).allSatisfy(it -> {
                assertThat(it.method()).isEqualTo("POST");
                assertThat(it.body()).isEqualTo("List-Unsubscribe=One-Click");
                assertThat(it.header("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
            });
            assertThat(tracking.seen("/open").stream()
                            .map(it -> it.header("User-Agent"))
                            .distinct())
                    .hasSizeGreaterThan(2);
        }
    }

    @Test
    void whatFailsForAWhileIsRepeatedUntilTheFiguresAgree() throws Exception {
        try (RecordingServer tracking = new RecordingServer();
                Running running = Running.start(Running.Choice.in(home).behaviour(Running.EVERYTHING));
                SesV2Client ses = running.ses()) {
            tracking.failNext(5);
            ses.sendEmail(Mails.tracked("reader@example.net", tracking.origin()).build());

            JsonNode counts = running.settled();

            assertThat(counts.path("opens").asInt())
                    .isEqualTo(tracking.seen("/open").size());
            assertThat(counts.path("unsubscribed").asInt()).isEqualTo(1);
            assertThat(counts.path("failed_requests").asInt()).isZero();
        }
    }

    @Test
    void quietRecipientsGetMailAndDoNothing() throws Exception {
        Behaviour quiet = new Behaviour(1, 1, 1, 1, 1, 0, 0, Behaviour.Mood.QUIET);
        try (RecordingServer tracking = new RecordingServer();
                Running running = Running.start(Running.Choice.in(home).behaviour(quiet));
                SesV2Client ses = running.ses()) {
            ses.sendEmail(Mails.tracked("reader@example.net", tracking.origin()).build());
            ses.sendEmail(Mails.tracked("bounce@example.net", tracking.origin()).build());

            JsonNode counts = running.settled();

            assertThat(counts.path("delivered").asInt()).isEqualTo(1);
            assertThat(counts.path("bounced").asInt()).isEqualTo(1);
            assertThat(tracking.seen("/")).isEmpty();
        }
    }

    @Test
    void behaviourCanBeChangedWhileItRuns() throws Exception {
        try (Running running = Running.start(Running.Choice.in(home));
                SesV2Client ses = running.ses()) {
            assertThat(running.post("/simulator/behaviour", "{\"bounce\":1}").statusCode())
                    .isEqualTo(200);

            ses.sendEmail(Mails.to("anybody@example.net").build());

            assertThat(running.settled().path("bounced").asInt()).isEqualTo(1);
        }
    }

    @Test
    void countsSurviveARestartAndNothingIsDoneTwice() throws Exception {
        JsonNode before;
        try (RecordingServer tracking = new RecordingServer()) {
            try (Running running = Running.start(Running.Choice.in(home).behaviour(Running.EVERYTHING));
                    SesV2Client ses = running.ses()) {
                IntStream.range(0, 10)
                        .forEach(i -> ses.sendEmail(Mails.tracked("r" + i % 9 + "@example.net", tracking.origin())
                                .build()));
                before = running.settled();
            }
            int asked = tracking.seen("/").size();

            try (Running running = Running.start(Running.Choice.in(home).behaviour(Running.EVERYTHING))) {
                JsonNode after = running.settled();

                for (String name : new String[] {
                    "accepted", "delivered", "opens", "clicks", "unique_opens", "unsubscribed", "duplicates"
                }) {
                    assertThat(after.path(name)).as(name).isEqualTo(before.path(name));
                }
                assertThat(before.path("duplicates").asInt()).isEqualTo(1);
                assertThat(before.path("unsubscribed").asInt()).isEqualTo(9);
                assertThat(tracking.seen("/")).hasSize(asked);
            }
        }
    }

    @Test
    void whoHadNotReactedReactsAfterARestart() throws Exception {
        Behaviour slow = new Behaviour(0, 0, 1, 0, 0, 3_600_000, 0, Behaviour.Mood.LIVELY);
        try (RecordingServer tracking = new RecordingServer()) {
            try (Running running = Running.start(Running.Choice.in(home).behaviour(slow));
                    SesV2Client ses = running.ses()) {
                ses.sendEmail(
                        Mails.tracked("later@example.net", tracking.origin()).build());
                assertThat(running.counts().path("pending").asInt()).isEqualTo(1);
            }

            try (Running running = Running.start(Running.Choice.in(home).behaviour(Running.EVERYTHING))) {
                assertThat(running.settled().path("unique_opens").asInt()).isEqualTo(1);
            }
        }
    }
}
