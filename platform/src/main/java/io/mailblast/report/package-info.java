/// What operators read by the day, the week and the month: performance and its trends, which targets were met, what
/// runs out when, and what went wrong. In come history and incidents; out goes a report as JSON, text and a page, when
/// somebody asks for one, and by schedule to receivers of notifications.
@org.jspecify.annotations.NullMarked
package io.mailblast.report;
