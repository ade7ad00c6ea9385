package io.mailblast.validation.fault;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// What goes on until it is ended.
public final class Trouble {

    private Trouble() {}

    /// Does it in so many threads, again and again, until the end.
    public static Cure untilCured(int threads, IntConsumer work) {
        AtomicBoolean ended = new AtomicBoolean();
        List<Thread> all = IntStream.range(0, threads)
                .mapToObj(place -> Thread.ofPlatform()
                        .daemon()
                        .name("trouble-" + place)
                        .start(() -> {
                            while (!ended.get()) {
                                work.accept(place);
                            }
                        }))
                .toList();
        return () -> {
            ended.set(true);
            all.forEach(Thread::interrupt);
            for (Thread each : all) {
                each.join(30_000);
            }
        };
    }

    /// Holds a lock, or what a statement takes, for so long; less when it is interrupted.
    public static void lock(Watched watched, String sql, long ms) {
        try (Connection connection = watched.database();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(sql);
            pause(ms);
            connection.rollback();
        } catch (SQLException e) {
            pause(50);
        }
    }

    public static void pause(long ms) {
        try {
            TimeUnit.MILLISECONDS.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
