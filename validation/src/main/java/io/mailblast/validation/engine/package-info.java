/// The load engine: requests that begin when they are meant to, whatever the answers do, measured from that
/// moment. In come streams of arrivals with what each arrival does; out comes a [Recording] of each second, and
/// what the engine saw of itself. It knows neither MailBlast nor plans.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.engine;
