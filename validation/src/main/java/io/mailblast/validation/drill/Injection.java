package io.mailblast.validation.drill;

import java.util.List;

/// A fault that goes on.
interface Injection {

    /// Whether it has done what it is to do; a drill ends it no sooner.
    default boolean isDone() {
        return true;
    }

    /// Ends it.
    void end() throws InterruptedException;

    /// Whether what it hurt is as before, as far as requests and alerts do not tell.
    default boolean isHealed() {
        return true;
    }

    /// What must hold beyond requests, alerts and numbers; asked for when all is over.
    default List<Check> checks() {
        return List.of();
    }
}
