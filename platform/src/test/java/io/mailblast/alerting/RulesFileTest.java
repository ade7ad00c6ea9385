package io.mailblast.alerting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RulesFileTest {

    private static final String OWN = """
            alerts:
              - name: Mine
                signal: queue_backlog
                above: 7
                severity: warning
                runbook: mine
                summary: "{value} mails wait"
            """;

    @TempDir
    Path folder;

    private Instant changedAt = Instant.parse("2026-03-01T00:00:00Z");

    @Test
    void aFileThatComesChangesAndGoesIsFollowed() throws Exception {
        RulesFile file = new RulesFile(path());
        assertThat(file.refresh()).isFalse();
        assertThat(file.rules()).isEqualTo(AlertRules.shipped());

        write(OWN);
        assertThat(file.refresh()).isTrue();
        assertThat(file.refresh()).isFalse();
        assertThat(threshold(file)).isEqualTo(7);

        write(OWN.replace("above: 7", "above: 8"));
        assertThat(file.refresh()).isTrue();
        assertThat(threshold(file)).isEqualTo(8);

        Files.delete(path());
        assertThat(file.refresh()).isTrue();
        assertThat(file.rules()).isEqualTo(AlertRules.shipped());
    }

    @Test
    void oneThatCannotBeUsedIsToldAndLeavesTheRulesAsTheyWere() throws Exception {
        write(OWN);
        RulesFile file = new RulesFile(path());

        write(OWN.replace("queue_backlog", "queue_backlock"));

        assertThat(file.refresh()).isFalse();
        assertThat(threshold(file)).isEqualTo(7);
        assertThat(file.trouble().orElseThrow())
                .contains("alerts.yaml, line 3: there is no signal 'queue_backlock'; there are");
    }

    @Test
    void itsTroubleEndsOnceItIsMended() throws Exception {
        RulesFile file = new RulesFile(path());
        write("alerts: 7");
        file.refresh();
        assertThat(file.trouble()).isPresent();

        write(OWN);

        assertThat(file.refresh()).isTrue();
        assertThat(file.trouble()).isEmpty();
    }

    @Test
    void atTheStartOneThatCannotBeUsedIsRefused() throws Exception {
        write("alerts: 7");

        assertThatThrownBy(() -> new RulesFile(path()))
                .isInstanceOf(AlertFileException.class)
                .hasMessageContaining("alerts.yaml, line 1: a list is expected here");
    }

    private static double threshold(RulesFile file) {
        return file.rules().rules().getLast().threshold();
    }

    private Path path() {
        return folder.resolve("alerts.yaml");
    }

    private void write(String text) throws IOException {
        Files.writeString(path(), text);
        changedAt = changedAt.plusSeconds(1);
        Files.setLastModifiedTime(path(), FileTime.from(changedAt));
    }
}
