package io.mailblast.validation.engine;

import io.mailblast.validation.http.KeepAliveConnection;
import java.io.IOException;

/// What one arrival does: a request, and a look at its answer.
@FunctionalInterface
public interface Call {

    /// @param connection that is this call's alone
    /// @throws IOException when no answer came
    Outcome make(KeepAliveConnection connection) throws IOException;
}
