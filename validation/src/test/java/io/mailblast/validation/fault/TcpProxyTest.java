package io.mailblast.validation.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Before an echo that also keeps what it heard.
class TcpProxyTest {

    private static final int PATIENCE_MS = 10_000;
    private static final int SILENCE_MS = 200;

    private final BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
    private ServerSocket echo;
    private TcpProxy proxy;

    @BeforeEach
    void start() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        proxy = new TcpProxy(echo::getLocalPort, Duration.ZERO);
        Thread.ofVirtual().start(this::serve);
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        echo.close();
    }

    @Test
    void whatIsSaidArrivesAndIsAnswered() throws Exception {
        try (Socket client = connect()) {
            assertThat(say(client, 'a')).isEqualTo('a');
            assertThat(say(client, 'b')).isEqualTo('b');
        }
    }

    @Test
    void anEndOfOneSideIsTheEndForTheOther() throws Exception {
        try (Socket client = connect()) {
            assertThat(say(client, 'a')).isEqualTo('a');
            client.shutdownOutput();

            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aCutResetsWhatIsOpenAndRefusesWhatIsNew() throws Exception {
        try (Socket client = connect()) {
            assertThat(say(client, 'a')).isEqualTo('a');

            proxy.become(TcpProxy.State.CUT);

            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
            assertThat(proxy.connections()).isZero();
        }
    }

    @Test
    void afterACutTheSamePortWorksAgain() throws Exception {
        int port = proxy.port();
        proxy.become(TcpProxy.State.CUT);

        proxy.become(TcpProxy.State.OPEN);

        assertThat(proxy.port()).isEqualTo(port);
        try (Socket client = connect()) {
            assertThat(say(client, 'c')).isEqualTo('c');
        }
    }

    @Test
    void whatIsSaidWhileItIsStalledArrivesLater() throws Exception {
        try (Socket client = connect()) {
            assertThat(say(client, 'a')).isEqualTo('a');
            proxy.become(TcpProxy.State.STALLED);
            client.getOutputStream().write('b');
            client.setSoTimeout(SILENCE_MS);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            assertThat(heard).containsExactly((int) 'a');

            proxy.become(TcpProxy.State.OPEN);

            client.setSoTimeout(PATIENCE_MS);
            assertThat(client.getInputStream().read()).isEqualTo('b');
        }
    }

    @Test
    void aConnectionMadeWhileItIsStalledWorksLater() throws Exception {
        proxy.become(TcpProxy.State.STALLED);
        try (Socket client = connect()) {
            client.getOutputStream().write('x');

            proxy.become(TcpProxy.State.OPEN);

            assertThat(client.getInputStream().read()).isEqualTo('x');
        }
    }

    @Test
    void aStallThatEndsInACutLosesWhatWasHeld() throws Exception {
        try (Socket client = connect()) {
            assertThat(say(client, 'a')).isEqualTo('a');
            proxy.become(TcpProxy.State.STALLED);
            client.getOutputStream().write('b');

            proxy.become(TcpProxy.State.CUT);

            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(heard).containsExactly((int) 'a');
        }
    }

    @Test
    void aDeafNetworkLosesAnswersAndResetsTheirConnectionsOnceItWorks() throws Exception {
        try (Socket client = connect()) {
            proxy.become(TcpProxy.State.DEAF);
            client.getOutputStream().write('a');
            assertThat(heard.poll(PATIENCE_MS, TimeUnit.MILLISECONDS)).isEqualTo((int) 'a');
            client.setSoTimeout(SILENCE_MS);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

            proxy.become(TcpProxy.State.OPEN);

            client.setSoTimeout(PATIENCE_MS);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void whereNobodyListensBehindItTheClientIsReset() throws Exception {
        echo.close();

        try (Socket client = connect()) {
            assertThat(endOf(client)).isTrue();
        }
    }

    @Test
    void closingTwiceIsFineAndNothingListensAfterIt() {
        proxy.close();
        proxy.close();
        proxy.become(TcpProxy.State.OPEN);

        assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
    }

    private static boolean endOf(Socket client) throws IOException {
        try {
            return client.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        client.setSoTimeout(PATIENCE_MS);
        client.setTcpNoDelay(true);
        return client;
    }

    private static int say(Socket client, int what) throws IOException {
        client.getOutputStream().write(what);
        return client.getInputStream().read();
    }

    private void serve() {
        while (!echo.isClosed()) {
            try {
                Socket peer = echo.accept();
                Thread.ofVirtual().start(() -> answer(peer));
            } catch (IOException e) {
                // Closed: the test is over.
            }
        }
    }

    private void answer(Socket peer) {
        try (peer) {
            int read;
            while ((read = peer.getInputStream().read()) >= 0) {
                heard.add(read);
                peer.getOutputStream().write(read);
            }
        } catch (IOException e) {
            // Reset: that is what the proxy is for.
        }
    }
}
