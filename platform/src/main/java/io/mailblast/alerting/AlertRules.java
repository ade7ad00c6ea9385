package io.mailblast.alerting;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// All alerts of an installation: those that come with MailBlast, without what its own `alerts.yaml` disables, and
/// those that this adds. Where the same signal has a critical alert firing, its warnings notify nobody.
public record AlertRules(List<AlertRule> rules) {

    private static final String SHIPPED = "alerts.yaml";

    public AlertRules {
        rules = List.copyOf(rules);
    }

    /// Those that come with MailBlast.
    public static AlertRules shipped() {
        return new AlertRules(shippedFile().rules());
    }

    /// @param own the installation's file, which may be absent
    /// @throws AlertFileException naming file, line and remedy
    public static AlertRules load(Path own) {
        if (!Files.exists(own)) {
            return shipped();
        }
        try {
            return with(AlertFile.parse(own.toString(), Files.readString(own), Receivers.NAMES));
        } catch (MalformedInputException e) {
            throw new AlertFileException(own.toString(), "it is not UTF-8");
        } catch (IOException e) {
            throw new AlertFileException(own.toString(), "it cannot be read: " + e.getMessage());
        }
    }

    static AlertRules with(AlertFile own) {
        List<AlertRule> all = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (AlertRule rule : shippedFile().rules()) {
            names.add(rule.name());
            if (!own.disabled().containsKey(rule.name())) {
                all.add(rule);
            }
        }
        own.disabled().forEach((name, line) -> {
            if (!names.contains(name)) {
                throw new AlertFileException(own.name(), line, "there is no alert '" + name + "' to disable");
            }
        });
        for (AlertRule rule : own.rules()) {
            if (names.contains(rule.name())) {
                throw new AlertFileException(
                        own.name(),
                        rule.line(),
                        "an alert that comes with MailBlast is called '" + rule.name()
                                + "'; put that name under 'disable' and give yours another");
            }
            all.add(rule);
        }
        return new AlertRules(all);
    }

    /// With shorter times, for drills.
    AlertRules scaled(double scale) {
        return new AlertRules(rules.stream().map(rule -> rule.scaled(scale)).toList());
    }

    private static AlertFile shippedFile() {
        try (InputStream in = AlertRules.class.getClassLoader().getResourceAsStream(SHIPPED)) {
            if (in == null) {
                throw new IllegalStateException(SHIPPED + " is not in the program");
            }
            return AlertFile.parse(SHIPPED, new String(in.readAllBytes(), StandardCharsets.UTF_8), Receivers.NAMES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
