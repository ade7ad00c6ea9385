package io.mailblast.validation.installation;

/// As whom somebody signs in.
///
/// @param password never told to anybody but the installation
public record Account(String email, String password) {

    @Override
    public String toString() {
        return email;
    }
}
