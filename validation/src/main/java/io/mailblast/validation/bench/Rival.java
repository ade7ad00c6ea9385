package io.mailblast.validation.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Programs;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A load generator of others, which is told a rate and says percentiles.
enum Rival {
    /// Waits for each answer (a closed model): its rate comes from how many connections it has.
    WRK("wrk", "wrk -t1 -c${connections} -d${seconds}s --timeout 10s -s ${script} ${url}", "wrk.lua"),

    VEGETA(
            "vegeta",
            "echo GET ${url} | vegeta attack -rate=${rate} -duration=${seconds}s -max-body=0 | vegeta report -type=json",
            ""),

    K6("k6", "k6 run --quiet --no-usage-report --address= ${script}", "k6-known.js");

    private static final int PATIENCE_S = 60;

    private final String program;
    private final String command;
    private final String script;

    Rival(String program, String command, String script) {
        this.program = program;
        this.command = command;
        this.script = script;
    }

    String program() {
        return program;
    }

    boolean isInstalled() {
        return Programs.find(program).isPresent();
    }

    /// @param connections that make the rate where answers are waited for, and suffice elsewhere while the
    ///     server stands
    /// still
    /// @throws CannotRunException when it fails
    Latencies run(KnownServer server, Path folder, int rate, int seconds, int connections) {
        double cpuBefore = cpuOfChildrenS();
        JsonNode said = execute(server.url(), folder, rate, seconds, connections);
        double cpuMicros = (cpuOfChildrenS() - cpuBefore) * 1e6 / Math.max(1, server.served());
        return parse(said, cpuMicros);
    }

    /// Scripts write nanoseconds, whatever the tool itself thinks in.
    static Latencies parse(JsonNode said, double cpuMicros) {
        JsonNode ns = said.path("latencies");
        for (String name : List.of("50th", "90th", "95th", "99th", "max")) {
            if (!ns.path(name).isNumber()) {
                throw new CannotRunException("No latencies stand in " + said);
            }
        }
        return new Latencies(
                ns.path("50th").asDouble() / 1e6,
                ns.path("90th").asDouble() / 1e6,
                ns.path("95th").asDouble() / 1e6,
                ns.path("99th").asDouble() / 1e6,
                ns.path("max").asDouble() / 1e6,
                cpuMicros);
    }

    private JsonNode execute(String url, Path folder, int rate, int seconds, int connections) {
        Map<String, String> values = Map.of(
                "url", url,
                "rate", Integer.toString(rate),
                "seconds", Integer.toString(seconds),
                "connections", Integer.toString(connections),
                "script", script.isEmpty() ? "" : script(folder).toString());
        String line = command;
        for (Map.Entry<String, String> each : values.entrySet()) {
            line = line.replace("${" + each.getKey() + "}", each.getValue());
        }
        try {
            ProcessBuilder builder = new ProcessBuilder("bash", "-c", "set -o pipefail; " + line)
                    .redirectInput(new File("/dev/null"))
                    .redirectError(folder.resolve("rival.log").toFile());
            values.forEach((key, value) -> builder.environment().put(key.toUpperCase(Locale.ROOT), value));
            Process process = builder.start();
            Thread hook = new Thread(() -> Programs.kill(process), "rival-stop");
            Runtime.getRuntime().addShutdownHook(hook);
            try {
                return read(process, folder, seconds);
            } finally {
                Programs.kill(process);
                forget(hook);
            }
        } catch (IOException e) {
            throw new CannotRunException(program + " cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
    }

    private JsonNode read(Process process, Path folder, int seconds) throws IOException, InterruptedException {
        Thread killer = Programs.killAfter(process, seconds + PATIENCE_S);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        killer.interrupt();
        // wrk writes its own lines before the script's.
        String json = out.substring(Math.max(0, out.indexOf("{\"")));
        if (code != 0 || !json.startsWith("{")) {
            throw new CannotRunException(program + " ended with " + code + ": "
                    + Files.readString(folder.resolve("rival.log")).strip());
        }
        return ApiClient.JSON.readTree(json);
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The hook is what is running.
        }
    }

    private Path script(Path folder) {
        Path file = folder.resolve(script);
        try (var in = Rival.class.getResourceAsStream(script)) {
            if (in == null) {
                throw new IllegalStateException(script + " is not in the program's jar");
            }
            Files.write(file, in.readAllBytes());
            return file;
        } catch (IOException e) {
            throw new CannotRunException("Cannot write " + file + ": " + e.getMessage());
        }
    }

    /// CPU of this process's children that have ended, and of theirs.
    private static double cpuOfChildrenS() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            // Its second field, a name, may hold blanks; cutime and cstime are the 16th and 17th.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / 100.0;
        } catch (IOException e) {
            return Double.NaN;
        }
    }
}
