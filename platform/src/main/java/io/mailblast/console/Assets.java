package io.mailblast.console;

import io.mailblast.http.Access;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.zip.GZIPOutputStream;

/// Styles, scripts and icons. Each has the hash of its content in its name, so a browser keeps it for good and never
/// sees an old one; all are read, hashed and compressed at the start.
final class Assets implements Feature {

    private static final String FOLDER = "/console/static/";

    private static final Map<String, String> FILES = Map.of(
            "console.css", "/console/console.css",
            "console.js", "/console/console.js",
            "theme.js", "/console/theme.js",
            "chart.js", "/console/chart.js",
            "icons.svg", "/console/icons.svg",
            "favicon.svg", "/console/favicon.svg",
            "htmx.js", webJar("htmx.org", "dist/htmx.min.js"),
            "uplot.js", webJar("uplot", "dist/uPlot.iife.min.js"),
            "uplot.css", webJar("uplot", "dist/uPlot.min.css"));

    private record Served(byte[] bytes, byte[] compressed, String mediaType) {}

    private final Map<String, String> paths = new HashMap<>();
    private final Map<String, Served> served = new HashMap<>();

    Assets() {
        FILES.forEach((name, resource) -> {
            byte[] bytes = read(resource);
            int dot = name.lastIndexOf('.');
            String hashed = name.substring(0, dot) + "-" + hash(bytes) + name.substring(dot);
            paths.put(name, FOLDER + hashed);
            served.put(hashed, new Served(bytes, compressed(bytes), mediaType(name.substring(dot))));
        });
    }

    /// @param name such as `console.css`
    String path(String name) {
        String path = paths.get(name);
        if (path == null) {
            throw new IllegalArgumentException("there is no file " + name);
        }
        return path;
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.get(FOLDER + "{file}", "consoleFile")
                .access(Access.PUBLIC)
                .often()
                .parameter("file", Schema.line(1, 100))
                .answers(200, "text/css")
                .page(Answer::problem)
                .handle(this::file));
    }

    private Answer file(Call call) {
        Served file = served.get(call.parameter("file"));
        if (file == null) {
            throw Problem.notFound("file").asException();
        }
        boolean compress = Pages.takesGzip(call);
        Answer answer = Answer.bytes(200, file.mediaType(), compress ? file.compressed() : file.bytes())
                .with("Cache-Control", "public, max-age=31536000, immutable")
                .with("Vary", "Accept-Encoding");
        return compress ? answer.with("Content-Encoding", "gzip") : answer;
    }

    /// A file of a library, whose version stands in its own jar and in the parent `pom.xml`.
    private static String webJar(String name, String file) {
        Properties properties = new Properties();
        String described = "/META-INF/maven/org.webjars.npm/" + name + "/pom.properties";
        try {
            properties.load(new StringReader(new String(read(described), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "/META-INF/resources/webjars/" + name + "/" + properties.getProperty("version") + "/" + file;
    }

    private static String mediaType(String ending) {
        return switch (ending) {
            case ".css" -> "text/css; charset=utf-8";
            case ".js" -> "text/javascript; charset=utf-8";
            default -> "image/svg+xml";
        };
    }

    private static byte[] read(String resource) {
        try (InputStream in = Assets.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks " + resource);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] compressed(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 3 + 64);
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static String hash(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(Arrays.copyOf(digest, 6));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
