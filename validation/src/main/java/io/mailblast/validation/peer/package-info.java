/// Tools of others, k6, Locust and Vegeta, in the embedded engine's place: what a plan asks of a phase goes
/// in, and each answer that the tool tells comes out in the same
/// [recording][io.mailblast.validation.engine.Recording], so that the verdicts are the same. What the scripts
/// of `tests/performance` cannot ask, the embedded engine asks beside them. No tool outlives the run.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.peer;
