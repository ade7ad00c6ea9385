/// What MailBlast says about itself, compared with what is true.
@org.jspecify.annotations.NullMarked
package io.mailblast.monitoring;
