/// What a run came to, as files: one HTML page that needs nothing else, Markdown, JSON, JSON lines of
/// everything that was seen, and JUnit's XML. In comes a [io.mailblast.validation.run.RunResult]; a folder is
/// there whole or not at all.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.report;
