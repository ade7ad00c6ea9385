/// Handing one message to a provider, and what that came to. Providers differ here and nowhere else.
@org.jspecify.annotations.NullMarked
package io.mailblast.delivery;
