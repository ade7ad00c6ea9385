package io.mailblast.validation.capacity;

/// What can be had.
///
/// @param nodeCores processor cores of each node
/// @param databaseCores of the largest machine that PostgreSQL can have
record Hardware(int nodeCores, int databaseCores) {}
