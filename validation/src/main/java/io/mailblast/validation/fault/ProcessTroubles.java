package io.mailblast.validation.fault;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Trouble of processes: MailBlast's, and PostgreSQL's.
public final class ProcessTroubles {

    private ProcessTroubles() {}

    public static Cure kill(Watched watched, String role, int times) throws InterruptedException {
        for (int time = 0; time < times; time++) {
            watched.killAndAwaitNext(role);
            TimeUnit.SECONDS.sleep(1);
        }
        watched.awaitApi();
        return Cure.NONE;
    }

    /// Nobody is answered for so long.
    public static Cure standStill(Watched watched, int seconds) throws InterruptedException {
        List<ProcessHandle> api = List.of(watched.process("api"));
        Signals.send("STOP", api);
        TimeUnit.SECONDS.sleep(seconds);
        Signals.send("CONT", api);
        watched.awaitApi();
        return Cure.NONE;
    }

    public static Cure freezeDatabase(Watched watched) throws InterruptedException {
        List<ProcessHandle> postgres = watched.installation().database().processes();
        Signals.send("STOP", postgres);
        return () -> Signals.send("CONT", postgres);
    }

    public static Cure restart(Watched watched) {
        watched.installation().restart(Map.of());
        watched.awaitApi();
        return Cure.NONE;
    }

    public static Cure haunt(Watched watched, String role, String what) {
        return ProcessAgent.begin(watched.process(role), watched.installation().folder(), what)::close;
    }
}
