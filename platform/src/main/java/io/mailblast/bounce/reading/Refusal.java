package io.mailblast.bounce.reading;

/// What is known of one failure before its reason is judged.
///
/// @param status the best that is known, or none
/// @param reply code of the receiver, 0 for none
/// @param words the receiver's reply, or what the returning server says itself, normalised
/// @param around further words, looked at where the first ones say nothing; normalised
/// @param receiver the server that refused and the recipient's domain, in lower case
/// @param action of a report (RFC 3464 §2.3.3), else empty
/// @param type of the diagnostic, as `smtp` or `x-unix`, else empty
record Refusal(
        EnhancedStatus status,
        int reply,
        String words,
        String around,
        Phase phase,
        String receiver,
        String action,
        String type) {

    /// At which command of the session the receiver refused.
    enum Phase {
        CONN,
        MAIL,
        RCPT,
        DATA,
        UNKNOWN
    }

    /// Whether it was said in an SMTP session, as far as anybody says.
    boolean isOfSession() {
        return type.isEmpty() || type.equals("smtp") || type.equals("x-postfix");
    }

    /// What a program on the returning server's own machine said, rather than another server.
    boolean isLocalProgram() {
        return type.equals("x-unix");
    }
}
