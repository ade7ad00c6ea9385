package io.mailblast.validation.installation;

/// Something could not be run or measured. The message says what and what to do, and is all that the person sees.
public final class CannotRunException extends RuntimeException {

    public CannotRunException(String message) {
        super(message);
    }
}
