package io.mailblast.content;

import io.mailblast.key.LinkSigner;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Writes the URLs of one message that lead back here. Shapes: `docs/api.md` under tracking.
///
/// @param base the public URL, without a slash at its end
/// @param trackingId of this message
/// @param unsubscribeToken of this message
/// @param workspaceId that signatures are bound to
public record MessageLinks(
        String base, String trackingId, String unsubscribeToken, long workspaceId, LinkSigner signer) {

    /// The place of the link that no person sees. Links beyond it name no place.
    public static final int UNSEEN = 10_000;

    /// Where the pixel is.
    public String open() {
        return base + "/track/open/" + trackingId;
    }

    public String unsubscribe() {
        return base + "/unsubscribe/" + unsubscribeToken;
    }

    /// The tracked form of a target; anything but http and https stays what it is.
    ///
    /// @param place of the link, or [LinkSigner#NO_PLACE]
    public String click(String url, int place) {
        return LinkRewriter.isWeb(url)
                ? base + "/track/click/" + trackingId + "?" + query(workspaceId, url, place, signer)
                : url;
    }

    /// The part of a tracked link that all messages of a campaign share.
    static String query(long workspaceId, String url, int place, LinkSigner signer) {
        return "url="
                + Base64.getUrlEncoder().withoutPadding().encodeToString(url.getBytes(StandardCharsets.UTF_8))
                + (place == LinkSigner.NO_PLACE ? "" : "&l=" + place)
                + "&s="
                + signer.sign(workspaceId, url, place);
    }

    /// A template that prints this object sees nothing.
    @Override
    public String toString() {
        return "";
    }
}
