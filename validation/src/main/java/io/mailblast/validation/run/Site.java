package io.mailblast.validation.run;

import io.mailblast.validation.installation.ApiClient;
import java.nio.file.Path;
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

    /// For files that nobody needs afterwards.
    Path folder();

    /// As a report names it.
    String description();

    @Override
    void close();
}
