package io.mailblast.delivery;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// An SMTP server that does what it is told: a real socket, with the faults that real relays have.
final class ScriptedRelay implements AutoCloseable {

    private final ServerSocket server;
    private final Behaviour behaviour;
    private final @Nullable SSLContext tls;
    private final boolean fromTheStart;
    private final Queue<String> mails = new ConcurrentLinkedQueue<>();
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();

    /// What to answer; "close" closes the connection, "hang" says nothing more.
    interface Behaviour {

        /// @param command the line as it came; "greeting" at the start, "end" after the content
        /// @param nth of the mails on this connection, from 1
        String answer(String command, int nth);
    }

    ScriptedRelay(Behaviour behaviour) throws IOException {
        this(behaviour, null, false);
    }

    /// @param tls for STARTTLS, and for the whole connection where it is `fromTheStart`
    ScriptedRelay(Behaviour behaviour, @Nullable SSLContext tls, boolean fromTheStart) throws IOException {
        this.behaviour = behaviour;
        this.tls = tls;
        this.fromTheStart = fromTheStart;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /// A relay that takes everything, with changes.
    static ScriptedRelay with(Behaviour changes) throws IOException {
        return new ScriptedRelay((command, nth) -> {
            String changed = changes.answer(command, nth);
            return changed != null ? changed : usual(command);
        });
    }

    /// A relay that takes everything, with a certificate.
    static ScriptedRelay withTls(SSLContext tls, SmtpConfig.Security security) throws IOException {
        boolean startTls = security == SmtpConfig.Security.STARTTLS;
        return new ScriptedRelay(
                (command, nth) ->
                        startTls && command.startsWith("EHLO") ? "250-relay.test\r\n250 STARTTLS" : usual(command),
                tls,
                !startTls);
    }

    static String usual(String command) {
        return switch (command.split("[ :]")[0]) {
            case "greeting" -> "220 relay.test ESMTP";
            case "EHLO" -> "250-relay.test\r\n250-PIPELINING\r\n250-SIZE 10000000\r\n250 AUTH PLAIN";
            case "AUTH" -> "235 2.7.0 welcome";
            case "DATA" -> "354 go on";
            case "end" -> "250 2.0.0 Ok: queued as ABC123";
            case "QUIT" -> "close";
            default -> "250 2.1.0 Ok";
        };
    }

    int port() {
        return server.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    /// The contents that were taken to their end, as they came, without the dot that ends them.
    List<String> mails() {
        return new ArrayList<>(mails);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> talk(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void talk(Socket accepted) {
        try (Socket socket = fromTheStart ? secured(accepted) : accepted) {
            if (say(socket, behaviour.answer("greeting", 1)) && converse(socket)) {
                // The rest of the conversation, which begins with EHLO again.
                converse(secured(socket));
            }
        } catch (IOException e) {
            // The client went away.
        }
    }

    /// @return whether the client asked for TLS, and gets it
    private boolean converse(Socket socket) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        int nth = 1;
        boolean open = true;
        String line;
        while (open && (line = in.readLine()) != null) {
            String answer = line.equals("STARTTLS") && tls != null ? "220 go ahead" : behaviour.answer(line, nth);
            open = say(socket, answer);
            if (open && line.equals("STARTTLS") && tls != null) {
                return true;
            }
            if (open && line.equals("DATA") && answer.startsWith("354")) {
                open = content(socket, in, nth);
                nth++;
            }
        }
        return false;
    }

    private Socket secured(Socket socket) throws IOException {
        SSLSocket secured =
                (SSLSocket) Objects.requireNonNull(tls).getSocketFactory().createSocket(socket, null, true);
        secured.setUseClientMode(false);
        return secured;
    }

    private boolean content(Socket socket, BufferedReader in, int nth) throws IOException {
        if ("close".equals(behaviour.answer("content", nth))) {
            return false;
        }
        StringBuilder content = new StringBuilder();
        String line;
        while ((line = in.readLine()) != null && !line.equals(".")) {
            content.append(line.startsWith(".") ? line.substring(1) : line).append("\r\n");
        }
        if (line == null) {
            // It was not ended, so it is no mail.
            return false;
        }
        String answer = behaviour.answer("end", nth);
        if (answer.startsWith("250")) {
            mails.add(content.toString());
        }
        return say(socket, answer);
    }

    private static boolean say(Socket socket, String answer) throws IOException {
        if (answer.equals("close")) {
            return false;
        }
        if (!answer.equals("hang")) {
            OutputStream out = socket.getOutputStream();
            out.write((answer.startsWith("half ") ? answer.substring(5) : answer + "\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }
        return !answer.startsWith("half ");
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
