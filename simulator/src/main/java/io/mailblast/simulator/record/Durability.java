package io.mailblast.simulator.record;

/// What an answer promises about the record.
public enum Durability {
    /// Flushed to the disk: survives a power cut.
    FSYNC,
    /// Handed to the operating system: survives the end of the process, not of the machine.
    OS
}
