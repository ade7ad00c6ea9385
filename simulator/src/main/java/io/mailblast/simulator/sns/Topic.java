package io.mailblast.simulator.sns;

/// The one topic there is.
public final class Topic {

    public static final String ACCOUNT = "000000000000";
    public static final String REGION = "us-east-1";
    public static final String ARN = "arn:aws:sns:" + REGION + ":" + ACCOUNT + ":mailblast-events";

    /// Where the certificate is served, on the simulator's own origin.
    public static final String CERTIFICATE_PATH = "/SimpleNotificationService-simulator.pem";

    private Topic() {}
}
