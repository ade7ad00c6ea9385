/// Tests of how the proof of verdicts judges; the proof itself is run in CI.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.sabotage;
