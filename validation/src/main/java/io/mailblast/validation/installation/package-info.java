/// A MailBlast of one's own to measure: started the way a user would start it, as processes of the launcher, in a home
/// that is thrown away. Whoever starts one gets its addresses, a signed-in client, and the handles that stop all of it.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.installation;
