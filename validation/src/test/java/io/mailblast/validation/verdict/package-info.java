/// Each kind of KPI, from data that is good and from the same data with one thing wrong: a verdict that cannot
/// fail is worth nothing.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.verdict;
