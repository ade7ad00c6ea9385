package io.mailblast.validation.alerts;

import io.mailblast.validation.alerts.Scenario.Cure;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Trouble of processes: MailBlast's, and PostgreSQL's.
final class ProcessTroubles {

    private ProcessTroubles() {}

    static Cure kill(Watched watched, String role, int times) throws InterruptedException {
        for (int time = 0; time < times; time++) {
            watched.killAndAwaitNext(role);
            TimeUnit.SECONDS.sleep(1);
        }
        watched.awaitApi();
        return Cure.NONE;
    }

    /// Nobody is answered for so long.
    static Cure standStill(Watched watched, int seconds) throws InterruptedException {
        List<ProcessHandle> api = List.of(watched.process("api"));
        Watched.signal("STOP", api);
        TimeUnit.SECONDS.sleep(seconds);
        Watched.signal("CONT", api);
        watched.awaitApi();
        return Cure.NONE;
    }

    static Cure freezeDatabase(Watched watched) throws InterruptedException {
        List<ProcessHandle> postgres = watched.installation().database().processes();
        Watched.signal("STOP", postgres);
        return () -> Watched.signal("CONT", postgres);
    }

    static Cure restart(Watched watched) {
        watched.installation().restart(Map.of());
        watched.awaitApi();
        return Cure.NONE;
    }

    static Cure haunt(Watched watched, String role, String what) {
        return ProcessAgent.begin(watched.process(role), watched.installation().folder(), what);
    }
}
