package io.mailblast.validation.validate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mailblast.validation.Bundled;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.plan.Phase;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.plan.Unit;
import io.mailblast.validation.run.Progress;
import io.mailblast.validation.verdict.Judged;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// What the terminal shows, as a page for a browser on this machine. It asks for `/state` every second:
/// `plan`, `summary`, `phases`, `phase`, `elapsed_s`, `left_s`, `steps` (words, the newest last), `points` (of each
/// second: `s`, `rate`, `api_p95_ms`, `tracking_p95_ms`, `errors`), `kpis`, and `ended` (words) once it is over.
/// Only loopback is listened on, and only requests to it by name or number are answered (DNS rebinding).
final class LivePage implements Progress, AutoCloseable {

    private static final int MOST_POINTS = 900;
    private static final int MOST_STEPS = 30;
    private static final long SOMEBODY_LOOKS_NS = TimeUnit.SECONDS.toNanos(3);
    private static final Set<String> NAMES = Set.of("127.0.0.1", "localhost", "[::1]");
    private static final Map<String, String> FILES = Map.of(
            "/", "text/html; charset=utf-8",
            "/live.css", "text/css; charset=utf-8",
            "/live.js", "text/javascript; charset=utf-8");

    private final Plan plan;
    private final double timeScale;
    private final HttpServer server;

    /// Guarded by `this`, as is all below.
    private final Deque<String> steps = new ArrayDeque<>();

    private final Deque<Tick> ticks = new ArrayDeque<>();
    private String ended = "";
    private long askedNs = System.nanoTime() - SOMEBODY_LOOKS_NS;
    private boolean toldTheEnd;

    private LivePage(Plan plan, double timeScale, HttpServer server) {
        this.plan = plan;
        this.timeScale = timeScale;
        this.server = server;
    }

    /// @param port 0 for any free one
    /// @throws CannotRunException when it is taken
    static LivePage open(Plan plan, double timeScale, int port) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
            LivePage page = new LivePage(plan, timeScale, server);
            server.createContext("/", page::answer);
            server.setExecutor(Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("live-page").factory()));
            server.start();
            return page;
        } catch (IOException e) {
            throw new CannotRunException("The page for a browser cannot be served on 127.0.0.1:" + port + ": "
                    + e.getMessage() + ". Say another --page-port, or --no-page.");
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    @Override
    public synchronized void step(String words) {
        steps.addLast(words.strip());
        if (steps.size() > MOST_STEPS) {
            steps.removeFirst();
        }
    }

    @Override
    public synchronized void tick(Tick tick) {
        ticks.addLast(tick);
        if (ticks.size() > MOST_POINTS) {
            ticks.removeFirst();
        }
    }

    /// Whoever looks is told, once.
    ///
    /// @param words how it ended, and where the report is
    synchronized void end(String words) {
        ended = words;
    }

    /// Waits a moment for a browser that has not seen the end.
    @Override
    public void close() {
        try {
            long deadlineNs = System.nanoTime() + SOMEBODY_LOOKS_NS;
            synchronized (this) {
                while (!ended.isEmpty()
                        && !toldTheEnd
                        && System.nanoTime() - askedNs < SOMEBODY_LOOKS_NS
                        && System.nanoTime() < deadlineNs) {
                    wait(50);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (!isForUs(exchange)) {
                send(
                        exchange,
                        403,
                        "text/plain; charset=utf-8",
                        "Ask for 127.0.0.1.\n".getBytes(StandardCharsets.UTF_8));
            } else if (!Set.of("GET", "HEAD").contains(exchange.getRequestMethod())) {
                send(exchange, 405, "text/plain; charset=utf-8", "GET only.\n".getBytes(StandardCharsets.UTF_8));
            } else if (path.equals("/state")) {
                send(exchange, 200, "application/json", state().toString().getBytes(StandardCharsets.UTF_8));
            } else if (FILES.containsKey(path)) {
                send(
                        exchange,
                        200,
                        FILES.get(path),
                        Bundled.bytes(LivePage.class, path.equals("/") ? "live.html" : path.substring(1)));
            } else {
                send(exchange, 404, "text/plain; charset=utf-8", "Not here.\n".getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static boolean isForUs(HttpExchange exchange) {
        String host = exchange.getRequestHeaders().getFirst("Host");
        return host != null && NAMES.contains(host.replaceFirst(":[0-9]+$", ""));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", type);
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }

    synchronized ObjectNode state() {
        askedNs = System.nanoTime();
        ObjectNode json = ApiClient.JSON
                .createObjectNode()
                .put("plan", plan.name())
                .put("summary", plan.summary())
                .put("time_scale", timeScale);
        ArrayNode phases = json.putArray("phases");
        plan.phases().stream().map(Phase::name).forEach(phases::add);
        ArrayNode said = json.putArray("steps");
        steps.forEach(said::add);
        ArrayNode points = json.putArray("points");
        for (Tick tick : ticks) {
            points.addObject()
                    .put("s", Math.round(tick.elapsedS()))
                    .put("rate", Math.round(tick.perSecond() * 10) / 10.0)
                    .put("api_p95_ms", tick.apiP95Ms())
                    .put("tracking_p95_ms", tick.trackingP95Ms())
                    .put("errors", tick.errors());
        }
        Tick last = ticks.peekLast();
        if (last != null) {
            json.put("phase", last.phase())
                    .put("elapsed_s", Math.round(last.elapsedS()))
                    .put("left_s", Math.round(last.leftS()))
                    .put("under_way", last.underWay());
            ArrayNode kpis = json.putArray("kpis");
            last.kpis().forEach(judged -> kpis.add(kpi(judged)));
        }
        if (!ended.isEmpty()) {
            json.put("ended", ended);
            toldTheEnd = true;
            notifyAll();
        }
        return json;
    }

    private ObjectNode kpi(Judged judged) {
        Unit unit = judged.kpi().measure().unit();
        return ApiClient.JSON
                .createObjectNode()
                .put("name", judged.kpi().name())
                .put("target", judged.kpi().targetText(timeScale))
                .put(
                        "actual",
                        judged.actual().isPresent()
                                ? unit.format(judged.actual().getAsDouble())
                                : "–")
                .put("verdict", judged.verdict().spelling())
                .put("required", judged.kpi().isRequired())
                .put("words", judged.words());
    }
}
