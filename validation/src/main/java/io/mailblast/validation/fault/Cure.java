package io.mailblast.validation.fault;

/// Ends a trouble.
public interface Cure {

    Cure NONE = () -> {};

    void end() throws InterruptedException;
}
