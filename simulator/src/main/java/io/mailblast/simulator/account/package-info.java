/// The sending account as the provider sees it: its rate, its quota, its state, its identities and its
/// suppression list. A submission comes in from the SES API or SMTP; it goes out recorded and handed to its
/// recipients, or refused with the provider's reason.
@org.jspecify.annotations.NullMarked
package io.mailblast.simulator.account;
