package io.mailblast.simulator.record;

/// Where the content of a mail lies in the spool.
public record Place(int segment, int offset, int length) {}
