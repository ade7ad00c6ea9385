package io.mailblast.validation.fault;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/// Trouble of those who ask, open and click, and of the statements behind.
public final class RequestTroubles {

    private RequestTroubles() {}

    public static Cure sleep(Watched watched, double seconds) {
        watched.execute("select pg_sleep(" + seconds + ")");
        return Cure.NONE;
    }

    public static Cure flood(Watched watched) {
        return Trouble.untilCured(8, _ -> {
            int _ = watched.status("/track/open/..%2f..%2fetc%2fpasswd");
            Trouble.pause(15);
        });
    }

    /// Each of some campaigns is locked nearly all of the time, and asked to change again and again.
    public static Cure slowDown(Watched watched) {
        List<Long> campaigns =
                IntStream.range(0, 6).mapToObj(_ -> watched.draft()).toList();
        Cure locks = Trouble.untilCured(campaigns.size(), place -> {
            Trouble.pause(place * 900L);
            while (!Thread.currentThread().isInterrupted()) {
                Trouble.lock(watched, "select from campaign where id = " + campaigns.get(place) + " for update", 6_000);
            }
        });
        Cure requests = Trouble.untilCured(campaigns.size(), place -> {
            Trouble.pause(300);
            watched.rename(campaigns.get(place));
        });
        return () -> {
            requests.end();
            locks.end();
        };
    }

    public static Cure exhaust(Watched watched) {
        Cure locks =
                Trouble.untilCured(1, _ -> Trouble.lock(watched, "lock table contact in access exclusive mode", 8_000));
        Cure requests = Trouble.untilCured(60, _ -> {
            int _ = watched.statusSignedIn("/contacts");
            Trouble.pause(ThreadLocalRandom.current().nextInt(20, 1_500));
        });
        return () -> {
            requests.end();
            locks.end();
        };
    }

    /// What analytics reads is locked nearly all of the time.
    public static Cure slowAnalytics(Watched watched) {
        Cure locks =
                Trouble.untilCured(1, _ -> Trouble.lock(watched, "lock table event in access exclusive mode", 4_000));
        Cure requests = Trouble.untilCured(4, _ -> {
            // Another question each time, for answers are kept.
            int _ = watched.statusSignedIn("/analytics/events/recent?limit="
                    + ThreadLocalRandom.current().nextInt(1, 200));
            Trouble.pause(50);
        });
        return () -> {
            requests.end();
            locks.end();
        };
    }

    /// What is opened cannot be written to the database.
    public static Cure holdIngestBack(Watched watched) throws InterruptedException {
        String pixel = watched.pixel();
        Cure locks =
                Trouble.untilCured(1, _ -> Trouble.lock(watched, "lock table event in exclusive mode", Long.MAX_VALUE));
        Cure opens = Trouble.untilCured(1, _ -> {
            int _ = watched.status(pixel);
            Trouble.pause(500);
        });
        return () -> {
            opens.end();
            locks.end();
        };
    }

    /// The disk stands still most of the time, for less than a second each time.
    public static Cure openSlowly(Watched watched) throws InterruptedException {
        String pixel = watched.pixel();
        OwnDisk disk = watched.ground().disk().orElseThrow();
        Cure stops = Trouble.untilCured(1, _ -> {
            disk.freeze();
            Trouble.pause(600);
            disk.thaw();
            Trouble.pause(150);
        });
        Cure opens = Trouble.untilCured(8, _ -> {
            int _ = watched.status(pixel);
            Trouble.pause(20);
        });
        return () -> {
            opens.end();
            stops.end();
            disk.thaw();
        };
    }

    /// The API may write no byte to a file.
    public static Cure recordNothing(Watched watched) throws InterruptedException {
        String pixel = watched.pixel();
        long api = watched.process("api").pid();
        Commands.run("prlimit", "--pid", Long.toString(api), "--fsize=1:unlimited");
        Cure opens = Trouble.untilCured(1, _ -> {
            int _ = watched.status(pixel);
            Trouble.pause(200);
        });
        return () -> {
            opens.end();
            Commands.run("prlimit", "--pid", Long.toString(api), "--fsize=unlimited:unlimited");
        };
    }
}
