package io.mailblast.simulator.mail;

import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/// A mail as its recipient sees it: its MIME structure resolved, its HTML understood.
///
/// @param html the HTML part, decoded
/// @param text the plain part, decoded
/// @param trackingImages images of one pixel, or all images if there is no such
/// @param otherImages the rest
/// @param links targets of `<a href>` that a person sees, each once, in order, without the unsubscribe link
/// @param oneClick where to send the one-click unsubscribe request (RFC 8058 §3.1), if the mail offers it
public record Letter(
        Optional<String> html,
        Optional<String> text,
        List<URI> trackingImages,
        List<URI> otherImages,
        List<URI> links,
        Optional<URI> oneClick) {

    private static final int MAX_DEPTH = 10;
    private static final int MAX_PARTS = 100;
    private static final Session SESSION = Session.getInstance(new Properties());

    /// Parts found while walking through the structure.
    private static final class Parts {
        private Optional<String> html = Optional.empty();
        private Optional<String> text = Optional.empty();
        private int seen;
    }

    /// Reads a mail. What is malformed is left out; this never fails on bytes from outside.
    public static Letter read(byte[] mail) {
        Parts parts = new Parts();
        try {
            walk(new MimeMessage(SESSION, new ByteArrayInputStream(mail)), parts, 0);
        } catch (MessagingException | IOException | RuntimeException e) {
            // What was found up to here is what the recipient sees.
            parts.seen = MAX_PARTS;
        }
        Optional<URI> oneClick = oneClick(MailHeaders.scan(mail));
        List<URI> tracking = new ArrayList<>();
        List<URI> others = new ArrayList<>();
        List<URI> links = new ArrayList<>();
        if (parts.html.isPresent()) {
            Document page = Jsoup.parse(parts.html.get());
            for (Element image : page.select("img[src]")) {
                uri(image.attr("src")).ifPresent(isPixel(image) ? tracking::add : others::add);
            }
            for (Element anchor : page.select("a[href]:not([style*=display:none])")) {
                uri(anchor.attr("href"))
                        .filter(target -> !links.contains(target))
                        .filter(target -> !isUnsubscribe(target, oneClick))
                        .ifPresent(links::add);
            }
        }
        if (tracking.isEmpty()) {
            tracking.addAll(others);
            others.clear();
        }
        return new Letter(parts.html, parts.text, tracking, others, links, oneClick);
    }

    private static void walk(Part part, Parts parts, int depth) throws MessagingException, IOException {
        if (depth > MAX_DEPTH || ++parts.seen > MAX_PARTS) {
            return;
        }
        if (part.isMimeType("multipart/*")) {
            if (part.getContent() instanceof Multipart multipart) {
                for (int i = 0; i < multipart.getCount(); i++) {
                    BodyPart child = multipart.getBodyPart(i);
                    walk(child, parts, depth + 1);
                }
            }
        } else if (Part.ATTACHMENT.equalsIgnoreCase(part.getDisposition())) {
            return;
        } else if (part.isMimeType("text/html") && parts.html.isEmpty()) {
            parts.html = textOf(part);
        } else if (part.isMimeType("text/plain") && parts.text.isEmpty()) {
            parts.text = textOf(part);
        }
    }

    private static Optional<String> textOf(Part part) throws MessagingException, IOException {
        try {
            return part.getContent() instanceof String text ? Optional.of(text) : Optional.empty();
        } catch (java.io.UnsupportedEncodingException e) {
            // An unknown character set: read it as most clients do.
            return Optional.of(
                    new String(part.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    private static boolean isPixel(Element image) {
        String style = image.attr("style").replace(" ", "").toLowerCase(Locale.ROOT);
        return (isTiny(image.attr("width")) && isTiny(image.attr("height")))
                || (style.contains("width:1px") && style.contains("height:1px"));
    }

    private static boolean isTiny(String length) {
        return length.equals("1") || length.equals("0") || length.equals("1px");
    }

    private static Optional<URI> uri(String written) {
        try {
            URI uri = new URI(written.strip());
            boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            return web && uri.getHost() != null ? Optional.of(uri) : Optional.empty();
        } catch (java.net.URISyntaxException e) {
            return Optional.empty();
        }
    }

    /// A recipient who follows links does not follow this one: it is what says no.
    private static boolean isUnsubscribe(URI target, Optional<URI> oneClick) {
        String path = target.getPath() == null ? "" : target.getPath().toLowerCase(Locale.ROOT);
        return oneClick.filter(target::equals).isPresent() || path.contains("unsubscribe");
    }

    private static Optional<URI> oneClick(MailHeaders headers) {
        boolean offered = headers.first("List-Unsubscribe-Post")
                .filter(value -> value.replace(" ", "").equalsIgnoreCase("List-Unsubscribe=One-Click"))
                .isPresent();
        if (!offered) {
            return Optional.empty();
        }
        for (String entry : headers.first("List-Unsubscribe").orElse("").split(",", -1)) {
            String written = entry.replaceAll("\\s", "");
            if (written.startsWith("<") && written.endsWith(">")) {
                Optional<URI> uri = uri(written.substring(1, written.length() - 1));
                if (uri.isPresent()) {
                    return uri;
                }
            }
        }
        return Optional.empty();
    }
}
