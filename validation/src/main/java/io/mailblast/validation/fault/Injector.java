package io.mailblast.validation.fault;

/// Brings a trouble about.
public interface Injector {

    /// @return how it is ended
    Cure begin(Watched watched) throws InterruptedException;
}
