/// What people see in a browser. Pages are made here from what the API answers: every look and every change goes
/// through
/// [io.mailblast.http.LocalApi], so a page can do nothing that the API forbids; README.md beside this file says how.
@org.jspecify.annotations.NullMarked
package io.mailblast.console;
