package io.mailblast.simulator.smtp;

import io.mailblast.simulator.account.Identities;
import io.mailblast.simulator.account.Intake;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.subethamail.smtp.server.SMTPServer;

/// Listens for mail over SMTP, each connection on a virtual thread.
public final class SmtpListener implements Closeable {

    /// As with Amazon: 40 MB (SES developer guide, "Service quotas").
    private static final int MAX_MESSAGE_BYTES = 40 << 20;

    private static final int MAX_CONNECTIONS = 1_000;
    private static final int MAX_RECIPIENTS = 50;
    private static final int IDLE_MS = 60_000;

    private final SMTPServer server;
    private final ExecutorService threads;

    private SmtpListener(SMTPServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /// Begins to listen.
    ///
    /// @throws IOException if the port is in use
    public static SmtpListener start(
            InetAddress address, int port, Intake intake, Identities identities, MailboxPolicy policy)
            throws IOException {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        SMTPServer server = SMTPServer.port(port)
                .bindAddress(address)
                .hostName("simulator.mailblast.invalid")
                .softwareName("MailBlast simulator")
                .executorService(threads)
                .maxConnections(MAX_CONNECTIONS)
                .maxRecipients(MAX_RECIPIENTS)
                .maxMessageSize(MAX_MESSAGE_BYTES)
                .connectionTimeoutMs(IDLE_MS)
                .insertReceivedHeaders(false)
                .serverSocketFactory(PromptServerSocket::new)
                .messageHandlerFactory(_ -> new Transaction(intake, identities, policy, MAX_MESSAGE_BYTES))
                .build();
        try {
            server.start();
        } catch (RuntimeException e) {
            threads.shutdownNow();
            throw new IOException(e.getCause() == null ? e : e.getCause());
        }
        return new SmtpListener(server, threads);
    }

    /// The library answers each command with a write of its own; without this, Nagle's algorithm holds pipelined
    /// answers back.
    private static final class PromptServerSocket extends ServerSocket {
        PromptServerSocket() throws IOException {
            super();
        }

        @Override
        public Socket accept() throws IOException {
            Socket socket = super.accept();
            socket.setTcpNoDelay(true);
            return socket;
        }
    }

    public int port() {
        return server.getPortAllocated();
    }

    @Override
    public void close() {
        server.stop();
        threads.shutdownNow();
    }
}
