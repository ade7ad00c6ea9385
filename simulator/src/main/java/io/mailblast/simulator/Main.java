package io.mailblast.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.mailblast.simulator.recipient.Behaviour;
import io.mailblast.simulator.record.Durability;
import io.mailblast.simulator.smtp.MailboxPolicy;
import io.mailblast.simulator.sns.Notifier;
import io.mailblast.simulator.sns.Topic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command line. Exit codes: 0 stopped in order, 2 wrong usage, 3 could not start.
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        version = "MailBlast simulator 0.1.0",
        sortOptions = false,
        description = "Plays Amazon SES v2, SNS and SMTP, and the people who get the mail, on this machine.",
        footer = {
            "",
            "When it listens it prints one line: the word ready, then a JSON object with http, smtp_port, certificate,"
                    + " topic_arn. The inbox is at the address of http.",
            "Exit codes: 0 stopped in order, 2 wrong usage, 3 could not start."
        })
public final class Main implements Callable<Integer> {

    private static final int COULD_NOT_START = 3;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--port", paramLabel = "N", defaultValue = "9025", description = "HTTP port, 0: any (default 9025)")
    private int port;

    @Option(
            names = "--smtp-port",
            paramLabel = "N",
            defaultValue = "9026",
            description = "SMTP port, 0: any (default 9026)")
    private int smtpPort;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "where to listen (default 127.0.0.1)")
    private String host = "127.0.0.1";

    @Option(
            names = "--home",
            paramLabel = "DIR",
            defaultValue = "${sys:user.home}/.mailblast/simulator",
            description = "its record and its keys (default ~/.mailblast/simulator)")
    private Path home = Path.of(".");

    @Option(
            names = "--notify",
            paramLabel = "URL",
            description = "where SNS notifications go, e.g. http://127.0.0.1:8080/webhooks/ses; may be repeated")
    private List<URI> notify = new ArrayList<>();

    @Option(
            names = "--notify-twice",
            paramLabel = "P",
            defaultValue = "0.01",
            description = "probability that a notification comes twice, as SNS may do (default 0.01)")
    private double notifyTwice;

    @Option(names = "--confirm-subscription", description = "send a SubscriptionConfirmation to each --notify first")
    private boolean confirmSubscription;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "decides what recipients do (default 1)")
    private long seed;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "10000",
            description = "recipients a second that the account may send to (default 10000)")
    private double rate;

    @Option(
            names = "--quota",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "recipients in 24 hours, -1: unlimited (default 1000000)")
    private long quota;

    @Option(
            names = "--delivery-delay-ms",
            paramLabel = "MS",
            defaultValue = "0",
            description = "from acceptance to delivery (default 0)")
    private int deliveryDelayMs;

    @Option(
            names = "--reaction-ms",
            paramLabel = "MS",
            defaultValue = "1500",
            description = "recipients react within so long after delivery (default 1500)")
    private int reactionMs;

    @Option(names = "--bounce", paramLabel = "P", defaultValue = "0.02", description = "probability (default 0.02)")
    private double bounce;

    @Option(
            names = "--complaint",
            paramLabel = "P",
            defaultValue = "0.001",
            description = "probability (default 0.001)")
    private double complaint;

    @Option(names = "--open", paramLabel = "P", defaultValue = "0.4", description = "probability (default 0.4)")
    private double open;

    @Option(names = "--click", paramLabel = "P", defaultValue = "0.1", description = "probability (default 0.1)")
    private double click;

    @Option(
            names = "--unsubscribe",
            paramLabel = "P",
            defaultValue = "0.01",
            description = "probability (default 0.01)")
    private double unsubscribe;

    @Option(names = "--quiet", description = "recipients do nothing of their own accord")
    private boolean quiet;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "64",
            description = "connections that recipients hold at once (default 64)")
    private int connections;

    @Option(
            names = "--keep",
            paramLabel = "N",
            defaultValue = "20000",
            description = "newest mails that the inbox keeps (default 20000)")
    private int keep;

    @Option(
            names = "--durability",
            paramLabel = "HOW",
            defaultValue = "fsync",
            description = "fsync: the record is on disk before an answer; os: handed to the system (default fsync)")
    private String durability = "fsync";

    @Option(
            names = "--refuse-at-rcpt",
            description = "SMTP: bounce@ and suppressionlist@ get 550, defer@ gets 451, instead of a later bounce")
    private boolean refuseAtRcpt;

    @Option(names = "--stop-with-stdin", description = "stop when standard input ends, as it does when the parent dies")
    private boolean stopWithStdin;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main())
                .setExecutionExceptionHandler((failure, command, _) -> {
                    command.getErr().println("simulate: " + failure.getMessage());
                    return COULD_NOT_START;
                })
                .execute(args));
    }

    @Override
    public Integer call() throws StartFailure, InterruptedException {
        SimulatorConfig config = config();
        Simulator simulator = Simulator.start(config);
        CountDownLatch stopped = new CountDownLatch(1);
        Thread hook = Thread.ofPlatform().name("stop").unstarted(() -> {
            simulator.close();
            // A signal is the usual way to stop it: that is no failure.
            Runtime.getRuntime().halt(0);
        });
        Runtime.getRuntime().addShutdownHook(hook);
        announce(simulator);
        if (stopWithStdin) {
            Thread.ofPlatform().name("stdin").daemon(true).start(() -> awaitEndOfInput(stopped));
        }
        stopped.await();
        return 0;
    }

    private static void announce(Simulator simulator) {
        String ready = JsonNodeFactory.instance
                .objectNode()
                .put("http", simulator.origin())
                .put("smtp_port", simulator.smtpPort())
                .put("certificate", simulator.certificate().toString())
                .put("topic_arn", Topic.ARN)
                .toString();
        System.out.println("ready " + ready);
        System.out.flush();
    }

    private static void awaitEndOfInput(CountDownLatch stopped) {
        try {
            while (System.in.read() >= 0) {
                // Whatever comes is not meant for us; only the end counts.
            }
        } catch (IOException e) {
            // An input that cannot be read has ended.
        }
        stopped.countDown();
    }

    private SimulatorConfig config() {
        try {
            return new SimulatorConfig(
                    InetAddress.getByName(host),
                    port,
                    smtpPort,
                    home.toAbsolutePath().normalize(),
                    notify,
                    notifyTwice,
                    confirmSubscription ? Notifier.Confirmation.SENT : Notifier.Confirmation.LEFT_OUT,
                    seed,
                    rate,
                    quota,
                    new Behaviour(
                            bounce,
                            complaint,
                            open,
                            click,
                            unsubscribe,
                            deliveryDelayMs,
                            reactionMs,
                            quiet ? Behaviour.Mood.QUIET : Behaviour.Mood.LIVELY),
                    durability(),
                    refuseAtRcpt ? MailboxPolicy.REFUSE_AT_RCPT : MailboxPolicy.ACCEPT_ALL,
                    connections,
                    keep,
                    SimulatorConfig.RECIPIENT_RETRY,
                    SimulatorConfig.NOTIFY_RETRY);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        } catch (java.net.UnknownHostException e) {
            throw new ParameterException(spec.commandLine(), "host: " + host + " is not an address of this machine", e);
        }
    }

    private Durability durability() {
        return switch (durability.toLowerCase(Locale.ROOT)) {
            case "fsync" -> Durability.FSYNC;
            case "os" -> Durability.OS;
            default -> throw new IllegalArgumentException("durability: " + durability + ", allowed: fsync, os");
        };
    }
}
