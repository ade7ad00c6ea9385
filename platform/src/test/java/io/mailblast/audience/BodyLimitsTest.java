package io.mailblast.audience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.http.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BodyLimitsTest {

    private static final long SECOND_NS = 1_000_000_000L;

    private final AtomicLong nanoTime = new AtomicLong();

    @Test
    void aBodyThatComesByTheByteIsGivenUp() {
        InputStream body = limited(new byte[1_000], 1_000);

        assertThatThrownBy(() -> {
                    while (body.read() >= 0) {
                        nanoTime.addAndGet(5 * SECOND_NS);
                    }
                })
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().status()).isEqualTo(408));
        assertThat(nanoTime).hasValueLessThan(60 * SECOND_NS);
    }

    @Test
    void aSlowLineIsGoodEnough() throws IOException {
        InputStream body = limited(new byte[1 << 20], 1 << 20);
        byte[] chunk = new byte[8 << 10];

        long read = 0;
        for (int n = body.read(chunk); n >= 0; n = body.read(chunk)) {
            read += n;
            nanoTime.addAndGet(SECOND_NS);
        }

        assertThat(read).isEqualTo(1 << 20);
    }

    @Test
    void aBodyEndsAtItsLimit() throws IOException {
        assertThat(limited(new byte[1_000], 1_000).readAllBytes()).hasSize(1_000);
        assertThatThrownBy(() -> limited(new byte[1_001], 1_000).readAllBytes())
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().status()).isEqualTo(413));
    }

    private InputStream limited(byte[] bytes, long maxBytes) {
        return new BodyLimits(new ByteArrayInputStream(bytes), maxBytes, nanoTime::get);
    }
}
