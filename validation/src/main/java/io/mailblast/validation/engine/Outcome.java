package io.mailblast.validation.engine;

import java.util.Arrays;
import java.util.Optional;

/// What became of a request. All but [#GOOD] are errors; a correct refusal of bad input is good.
public enum Outcome {
    GOOD("good"),
    SERVER_ERROR("5xx"),
    UNEXPECTED("unexpected status"),
    WRONG_ANSWER("wrong answer"),
    SHED("shed"),
    TIMEOUT("time-out"),
    RESET("connection lost"),
    NEVER_SENT("never sent");

    private final String words;

    Outcome(String words) {
        this.words = words;
    }

    /// As reports write it.
    public String words() {
        return words;
    }

    /// The one that reports write so.
    public static Optional<Outcome> worded(String words) {
        return Arrays.stream(values()).filter(each -> each.words.equals(words)).findFirst();
    }

    public boolean isError() {
        return this != GOOD;
    }

    /// What a status that the caller did not expect is: refused because of overload (429, or 503 that says when
    /// to come again), or an error of the server, or something else.
    public static Outcome ofUnexpected(int status, boolean saysWhen) {
        if (status == 429 || (status == 503 && saysWhen)) {
            return SHED;
        }
        return status >= 500 ? SERVER_ERROR : UNEXPECTED;
    }
}
