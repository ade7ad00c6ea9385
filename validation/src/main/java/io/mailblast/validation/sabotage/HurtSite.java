package io.mailblast.validation.sabotage;

import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.plan.Resource;
import io.mailblast.validation.run.OwnSite;
import io.mailblast.validation.run.Site;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The installation under trouble, at whatever address it is asked at. Outlives a run.
record HurtSite(OwnSite site, String http) implements Site {

    @Override
    public Optional<String> simulatorHttp() {
        return site.simulatorHttp();
    }

    @Override
    public ApiClient operator() {
        return site.operator();
    }

    @Override
    public Optional<String> workerHttp() {
        return site.workerHttp();
    }

    @Override
    public Optional<ProcessHandle> api() {
        return site.api();
    }

    @Override
    public boolean isOwn() {
        return true;
    }

    @Override
    public List<String> provide(Optional<Resource> resource) {
        return List.of(http);
    }

    @Override
    public Path folder() {
        return site.folder();
    }

    @Override
    public String description() {
        return site.description();
    }

    @Override
    public void close() {
        // The proof closes it, after its last run.
    }
}
