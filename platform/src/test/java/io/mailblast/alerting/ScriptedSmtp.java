package io.mailblast.alerting;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// A relay that takes everything but what it is told not to.
final class ScriptedSmtp implements AutoCloseable {

    private final ServerSocket server;
    private final Function<String, String> changes;
    private final List<String> commands = new CopyOnWriteArrayList<>();

    /// @param changes by command (`greeting` and `end` beside those of SMTP) the reply; empty for the usual
    ///     one, `close` for none
    ScriptedSmtp(Function<String, String> changes) throws IOException {
        this.changes = changes;
        this.server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    List<String> commands() {
        return List.copyOf(commands);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> talk(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void talk(Socket accepted) {
        try (Socket socket = accepted) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            boolean open = say(socket, "greeting");
            while (open) {
                String line = in.readLine();
                if (line == null) {
                    return;
                }
                commands.add(line);
                open = say(socket, line);
                if (open && line.equals("DATA") && reply(line).startsWith("354")) {
                    while (!".".equals(in.readLine())) {
                        // The content.
                    }
                    open = say(socket, "end");
                }
            }
        } catch (IOException e) {
            // The client went away.
        }
    }

    private boolean say(Socket socket, String command) throws IOException {
        String reply = reply(command);
        if (reply.equals("close")) {
            return false;
        }
        socket.getOutputStream().write((reply + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        return true;
    }

    private String reply(String command) {
        String changed = changes.apply(command);
        if (!changed.isEmpty()) {
            return changed;
        }
        return switch (command.split("[ :]", -1)[0]) {
            case "greeting" -> "220 relay.test ESMTP";
            case "EHLO" -> "250-relay.test\r\n250 AUTH PLAIN LOGIN";
            case "AUTH" -> "235 2.7.0 welcome";
            case "DATA" -> "354 go on";
            case "QUIT" -> "221 2.0.0 bye";
            default -> "250 2.0.0 Ok";
        };
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
