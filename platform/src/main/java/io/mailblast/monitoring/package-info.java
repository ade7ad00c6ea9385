/// What MailBlast says about itself: metrics in two forms, health, and how its log lines look.
@org.jspecify.annotations.NullMarked
package io.mailblast.monitoring;
