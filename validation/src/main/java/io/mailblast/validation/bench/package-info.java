/// Benchmarks of one part each, through the front door: figures, and for each the ratio to a ceiling that was measured
/// in the same run. What comes out is a [io.mailblast.validation.bench.BenchResult], printed for people and as JSON.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.bench;
