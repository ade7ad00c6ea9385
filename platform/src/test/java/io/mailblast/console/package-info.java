/// The console over HTTP, as a browser without scripts sees it; with scripts it is tested in `cli`.
@org.jspecify.annotations.NullMarked
package io.mailblast.console;
