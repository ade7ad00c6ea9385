package io.mailblast.validation.bench;

import io.mailblast.validation.installation.Launcher;

/// One benchmark: starts an installation of its own, measures, stops it.
interface Benchmark {

    /// @throws io.mailblast.validation.installation.CannotRunException when it cannot be measured
    BenchResult run(Launcher launcher, Settings settings, Screen screen);
}
