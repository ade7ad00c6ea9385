/// Judges what was seen: each KPI passes, fails, or was not measured, with the value, the samples and, where
/// chance has its part in it, an interval. It looks at recorded data only, so that any verdict can be made
/// again, and shown to be able to fail.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.verdict;
