/// From what a person wrote to what a recipient gets: templates checked at save, links and pixel rewritten once
/// per campaign, one message rendered from the compiled form.
@org.jspecify.annotations.NullMarked
package io.mailblast.content;
