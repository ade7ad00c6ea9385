package io.mailblast.app;

/// Which MailBlast this is.
final class Version {

    private Version() {}

    /// From the jar's manifest; `development` where there is no jar.
    static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
