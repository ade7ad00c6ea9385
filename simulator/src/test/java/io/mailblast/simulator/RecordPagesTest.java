package io.mailblast.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sesv2.SesV2Client;

final class RecordPagesTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path home;

    @Test
    void pagesShowEveryMailOnceWhoeverSentIt() throws Exception {
        try (Running running = Running.start(Running.Choice.in(home));
                SesV2Client ses = running.ses()) {
            try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Callable<String>> sendings = IntStream.range(0, 600)
                        .mapToObj(i -> (Callable<String>) () -> ses.sendEmail(
                                        Mails.to("r" + i + "@example.net").build())
                                .messageId())
                        .toList();
                for (Future<String> sent : senders.invokeAll(sendings)) {
                    assertThat(sent.get()).isNotEmpty();
                }
            }

            Set<String> recipients = new HashSet<>();
            long next = 0;
            for (long size = 1; next < size; ) {
                JsonNode page = running.json("/simulator/record?after=" + next + "&limit=97");
                for (JsonNode record : page.path("records")) {
                    assertThat(record.path("number").asLong()).isEqualTo(next++);
                    assertThat(recipients.add(record.path("recipient").asText()))
                            .isTrue();
                }
                assertThat(page.path("next").asLong()).isEqualTo(next);
                size = page.path("size").asLong();
            }
            assertThat(recipients).hasSize(600);
            assertThat(running.json("/simulator/record?after=" + next).path("records"))
                    .isEmpty();
            assertThat(running.json("/simulator/record?after=1000000").path("records"))
                    .isEmpty();
        }
    }
}
