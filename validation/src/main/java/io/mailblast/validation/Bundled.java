package io.mailblast.validation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// Files that come along in the program's jar, beside the class that needs them.
public final class Bundled {

    private Bundled() {}

    /// @param of whose package the file is in
    public static String text(Class<?> of, String file) {
        return new String(bytes(of, file), StandardCharsets.UTF_8);
    }

    /// @param of whose package the file is in
    public static byte[] bytes(Class<?> of, String file) {
        try (InputStream in = of.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is not in the program's jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read from the program's jar", e);
        }
    }
}
