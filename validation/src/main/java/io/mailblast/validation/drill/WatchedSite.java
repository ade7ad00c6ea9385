package io.mailblast.validation.drill;

import io.mailblast.validation.fault.Watched;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.plan.Resource;
import io.mailblast.validation.run.Site;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The installation that drills are made with, as the load sees it. It outlives a run.
record WatchedSite(Watched watched) implements Site {

    @Override
    public String http() {
        return "http://127.0.0.1:" + watched.networks().front().port();
    }

    @Override
    public Optional<String> simulatorHttp() {
        return Optional.of(watched.installation().simulatorHttp());
    }

    @Override
    public ApiClient operator() {
        return watched.installation().signIn();
    }

    @Override
    public Optional<String> workerHttp() {
        return Optional.of(watched.installation().workerHttp());
    }

    @Override
    public Optional<ProcessHandle> api() {
        return watched.installation().process("api");
    }

    @Override
    public boolean isOwn() {
        return true;
    }

    @Override
    public List<String> provide(Optional<Resource> resource) {
        return List.of(http());
    }

    @Override
    public Path folder() {
        return watched.installation().folder();
    }

    @Override
    public String description() {
        return "a MailBlast of its own, whose database is a process of its own, with the simulator on the same machine";
    }

    @Override
    public void close() {
        // Whoever started it ends it, after its last drill.
    }
}
