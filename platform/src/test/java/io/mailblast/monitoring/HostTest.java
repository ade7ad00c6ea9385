package io.mailblast.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostTest {

    @Test
    void whatIsKeptBackForTheSystemIsNeitherInUseNorRoom() {
        assertThat(Host.used(264, 246, 72)).isEqualTo(0.2);
        assertThat(Host.used(100, 0, 0)).isEqualTo(1);
        assertThat(Host.used(100, 100, 95)).isZero();
        assertThat(Host.used(0, 0, 0)).isNaN();
    }

    @Test
    void eachReadingIsAPartOfTheWhole(@TempDir Path home) {
        Host host = new Host(home, "");
        host.sample();
        host.sample();

        assertThat(host.diskUsed()).isBetween(0.0, 1.0);
        assertThat(host.memory()).isBetween(0.0, 1.0);
        assertThat(host.iops()).isNotNegative();
    }
}
