package io.mailblast.key;

/// What a tracking identifier says: whose message, of which campaign, to which recipient.
///
/// @param workspaceId positive
/// @param campaignId positive
/// @param recipientNo the recipient's number in the campaign's snapshot, from 0
/// @param flags of [#NO_TRACKING] and the like
public record MessageId(long workspaceId, long campaignId, int recipientNo, int flags) {

    /// The recipient is not to be tracked: the link redirects, nothing is recorded.
    public static final int NO_TRACKING = 1;

    /// A test mail: opens and clicks of it are answered and not counted.
    public static final int TEST = 2;

    public MessageId {
        if (workspaceId < 1 || campaignId < 1 || recipientNo < 0 || flags < 0 || flags > 127) {
            throw new IllegalArgumentException("no message: " + workspaceId + ", " + campaignId + ", " + recipientNo);
        }
    }

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }
}
