/// The adversaries of MailBlast's guarantees: each tries, round after round and by a printed seed, to break
/// one, and lets somebody else than the platform judge. In come a number of rounds and a seed; out come what
/// was done, what was seen and a verdict. What a seed plans never depends on the machine; when it happens does.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.prove;
