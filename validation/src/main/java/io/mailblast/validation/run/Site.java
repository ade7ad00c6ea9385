package io.mailblast.validation.run;

import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.plan.Resource;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A MailBlast that a plan is run against.
public interface Site extends AutoCloseable {

    /// Where its API is.
    String http();

    /// Where the simulator behind it is.
    Optional<String> simulatorHttp();

    /// A client that is signed in as an operator.
    ApiClient operator();

    /// Where a worker's own metrics are, where that is known.
    Optional<String> workerHttp();

    /// The API's process, where it runs on this machine and is known.
    Optional<ProcessHandle> api();

    /// Whether it is the run's own, which may be given more or less.
    boolean isOwn();

    /// Gives it what a phase says, and takes what the phase before it was given.
    ///
    /// @return where it is asked meanwhile; several nodes by so many connections each
    /// @throws CannotRunException where it cannot be given that
    List<String> provide(Optional<Resource> resource);

    /// For files that nobody needs afterwards.
    Path folder();

    /// As a report names it.
    String description();

    @Override
    void close();
}
