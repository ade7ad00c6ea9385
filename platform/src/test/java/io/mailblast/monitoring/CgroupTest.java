package io.mailblast.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupTest {

    private static final long HOST = 8L << 30;

    @TempDir
    Path folder;

    @Test
    void memoryIsWhatIsUsedOfTheLimitWithoutWhatTheKernelOnlyKeepsAtHand() throws IOException {
        write("memory.max", "1000000\n");
        write("memory.current", "900000\n");
        write("memory.stat", "anon 500000\ninactive_file 400000\nactive_file 1\n");

        assertThat(new Cgroup(folder).memory(HOST)).hasValue(0.5);
    }

    @Test
    void whereThereIsNoLimitOrNoCgroupNothingIsKnown() throws IOException {
        assertThat(new Cgroup(folder).memory(HOST)).isEmpty();
        assertThat(new Cgroup(folder).cpu()).isEmpty();

        write("memory.max", "max\n");
        write("memory.current", "900000\n");
        write("cpu.max", "max 100000\n");
        write("cpu.stat", "usage_usec 1\n");
        Cgroup cgroup = new Cgroup(folder);

        assertThat(cgroup.memory(HOST)).isEmpty();
        assertThat(cgroup.cpu()).isEmpty();
        assertThat(cgroup.cpu()).isEmpty();
    }

    @Test
    void aLimitAboveTheMachineIsNone() throws IOException {
        write("memory.max", Long.toString(HOST));
        write("memory.current", "900000\n");

        assertThat(new Cgroup(folder).memory(HOST)).isEmpty();
    }

    @Test
    void processorsAreKnownFromTheSecondQuestionOn() throws IOException {
        write("cpu.max", "200000 100000\n");
        write("cpu.stat", "usage_usec 1000\nuser_usec 1\n");
        Cgroup cgroup = new Cgroup(folder);

        assertThat(cgroup.cpu()).isEmpty();
        write("cpu.stat", "usage_usec 5000\nuser_usec 1\n");

        assertThat(cgroup.cpu().orElseThrow()).isPositive();
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
    }
}
