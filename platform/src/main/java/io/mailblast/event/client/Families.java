package io.mailblast.event.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Of a user agent the families of program, system and device, by the rules of uap-core. Of each kind's rules the first
/// that holds decides.
record Families(String client, String os, String device) {

    private static final String FILE = "/event/user-agents.tsv";

    private static final List<Rule> CLIENTS = read("client");
    private static final List<Rule> SYSTEMS = read("os");
    private static final List<Rule> DEVICES = read("device");

    static Families of(String userAgent) {
        String lower = userAgent.toLowerCase(Locale.ROOT);
        return new Families(
                first(CLIENTS, userAgent, lower), first(SYSTEMS, userAgent, lower), first(DEVICES, userAgent, lower));
    }

    private static String first(List<Rule> rules, String userAgent, String lower) {
        for (Rule rule : rules) {
            @Nullable String family = rule.family(userAgent, lower);
            if (family != null) {
                return family.isEmpty() ? Client.OTHER : family;
            }
        }
        return Client.OTHER;
    }

    /// A line is kind, flags, expression and name; what begins with # is said to the reader.
    static List<Rule> read(String kind) {
        List<Rule> rules = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(Families.class.getResourceAsStream(FILE), FILE), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] parts = line.split("\t", -1);
                if (parts[0].equals(kind)) {
                    rules.add(Rule.of(parts[2], parts[1], parts[3]));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(FILE + " cannot be read", e);
        }
        return List.copyOf(rules);
    }
}
