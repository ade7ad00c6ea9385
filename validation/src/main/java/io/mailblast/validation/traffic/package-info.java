/// What people and their mail programs do with a MailBlast: contacts and campaigns before there is anything to
/// measure, then requests whose identifiers and links stand in mails that were really sent.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.traffic;
