package io.mailblast.tracking;

import java.net.IDN;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;

/// Where a tracked link leads, read from its parameter `url`.
///
/// @param url as the campaign's content has it; this is what is signed
/// @param location the same as a header may carry it: ASCII, the host in its IDNA form (RFC 3490), other characters as
///     percent-encoded UTF-8 (RFC 3987 §3.1)
/// @param host for people to look at, in its IDNA form, so that no letter looks like another
record ClickTarget(String url, String location, String host) {

    static final int MAX_BYTES = 8 << 10;

    /// The longest parameter that can decode to a target.
    static final int MAX_TEXT = (MAX_BYTES + 2) / 3 * 4 + 2;

    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]+={0,2}");
    private static final Pattern HOST = Pattern.compile("[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\\.?");
    private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]{2,45}]");
    private static final Pattern PORT = Pattern.compile("\\d{0,5}");

    /// These may not stand in a URL as they are (RFC 3986 appendix A) and mean something in HTML or a header.
    private static final String ENCODED = " \"<>`\\^{|}";

    /// The parameter is no target; the message says why, for the person who sent it.
    static final class MalformedTargetException extends Exception {
        MalformedTargetException(String message) {
            super(message, null, false, false);
        }
    }

    /// @param text base64 or base64url, padded or not; a space is a `+` that was read as one
    static ClickTarget parse(String text) throws MalformedTargetException {
        return of(decode(text));
    }

    private static String decode(String text) throws MalformedTargetException {
        String plain = text.replace(' ', '+');
        if (plain.length() > MAX_TEXT) {
            throw new MalformedTargetException("must lead to a link of at most " + MAX_BYTES + " bytes");
        }
        if (!BASE64.matcher(plain).matches()) {
            throw new MalformedTargetException("must be base64");
        }
        int end = plain.indexOf('=') < 0 ? plain.length() : plain.indexOf('=');
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder()
                    .decode(plain.substring(0, end).replace('+', '-').replace('/', '_'));
        } catch (IllegalArgumentException e) {
            throw new MalformedTargetException("must be base64");
        }
        if (bytes.length > MAX_BYTES) {
            throw new MalformedTargetException("must lead to a link of at most " + MAX_BYTES + " bytes");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedTargetException("must be base64 of UTF-8");
        }
    }

    static ClickTarget of(String url) throws MalformedTargetException {
        if (url.chars().anyMatch(c -> c < ' ' || (c >= 0x7f && c < 0xa0))) {
            throw new MalformedTargetException("must lead to a link without control characters");
        }
        String lower = url.toLowerCase(Locale.ROOT);
        int start = lower.startsWith("https://") ? 8 : lower.startsWith("http://") ? 7 : -1;
        if (start < 0) {
            throw new MalformedTargetException("must lead to an http or https link");
        }
        int end = start;
        // A browser takes a backslash for a slash.
        while (end < url.length() && "/?#\\".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        String authority = url.substring(start, end);
        if (authority.indexOf('@') >= 0) {
            throw new MalformedTargetException("must lead to a link without a user name");
        }
        String host = host(authority);
        String rest = url.substring(end);
        if (rest.startsWith("\\")) {
            throw new MalformedTargetException("must lead to a link whose path begins with a slash");
        }
        String location = lower.substring(0, start) + host + encoded(rest);
        return new ClickTarget(url, location, host);
    }

    /// Host and port in ASCII.
    private static String host(String authority) throws MalformedTargetException {
        int colon = authority.startsWith("[") ? authority.indexOf("]:") + 1 : authority.lastIndexOf(':');
        boolean hasPort = colon > 0;
        String name = hasPort ? authority.substring(0, colon) : authority;
        String port = hasPort ? authority.substring(colon + 1) : "";
        if (!PORT.matcher(port).matches() || (!port.isEmpty() && Integer.parseInt(port) > 65_535)) {
            throw new MalformedTargetException("must lead to a link with a good port");
        }
        String ascii;
        try {
            ascii = name.startsWith("[")
                    ? name.toLowerCase(Locale.ROOT)
                    : IDN.toASCII(name).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new MalformedTargetException("must lead to a link with a good host");
        }
        boolean good = ascii.length() <= 253
                && (HOST.matcher(ascii).matches() || IPV6.matcher(ascii).matches());
        if (!good) {
            throw new MalformedTargetException("must lead to a link with a good host");
        }
        return port.isEmpty() ? ascii : ascii + ":" + port;
    }

    private static String encoded(String text) {
        StringBuilder ascii = new StringBuilder(text.length() + 16);
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            if (each < 0 || ENCODED.indexOf(each) >= 0) {
                ascii.append('%')
                        .append(Character.toUpperCase(Character.forDigit((each >> 4) & 0xf, 16)))
                        .append(Character.toUpperCase(Character.forDigit(each & 0xf, 16)));
            } else {
                ascii.append((char) each);
            }
        }
        return ascii.toString();
    }
}
