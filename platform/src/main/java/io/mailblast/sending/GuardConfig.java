package io.mailblast.sending;

/// Keys `guard.*` of the configuration: a campaign that passes a limit pauses, and says why.
///
/// @param bounceRate bounces among accepted mails, above 0, at most 1
/// @param complaintRate complaints among accepted mails, above 0, at most 1
/// @param afterMails accepted mails before anything is judged
/// @param afterComplaints complaints before their rate is judged
public record GuardConfig(double bounceRate, double complaintRate, int afterMails, int afterComplaints) {

    public static final GuardConfig DEFAULTS = new GuardConfig(0.05, 0.001, 1_000, 5);

    public GuardConfig {
        if (!(bounceRate > 0 && bounceRate <= 1)) {
            throw new IllegalArgumentException("guard.bounce_rate: " + bounceRate + ", allowed: above 0, at most 1");
        }
        if (!(complaintRate > 0 && complaintRate <= 1)) {
            throw new IllegalArgumentException(
                    "guard.complaint_rate: " + complaintRate + ", allowed: above 0, at most 1");
        }
        if (afterMails < 1) {
            throw new IllegalArgumentException("guard.after_mails: " + afterMails + ", allowed: 1 or more");
        }
        if (afterComplaints < 1) {
            throw new IllegalArgumentException("guard.after_complaints: " + afterComplaints + ", allowed: 1 or more");
        }
    }
}
