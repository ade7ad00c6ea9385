package io.mailblast.app;

/// A configuration that cannot be used. The message names the key, the value and what is allowed, and is fit for the
/// person who wrote it.
public final class ConfigurationException extends RuntimeException {

    public ConfigurationException(String message) {
        super(message);
    }
}
