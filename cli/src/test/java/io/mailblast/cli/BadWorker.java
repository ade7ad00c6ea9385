package io.mailblast.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/// A process that behaves as a worker does to its supervisor, and badly otherwise. Its arguments: how, and the file in
/// which it says that it was started, once its first beat is on its way.
final class BadWorker {

    private BadWorker() {}

    public static void main(String[] arguments) throws Exception {
        Path starts = Path.of(arguments[1]);
        if (arguments[0].equals("dies")) {
            sayStart(starts);
            System.exit(9);
        }
        System.out.println("ready {\"stall_ms\":2000}");
        System.out.println("beat {\"finished\":0,\"waiting\":7,\"making_ms\":0,\"reason\":\"\"}");
        System.out.flush();
        sayStart(starts);
        Thread.ofPlatform().daemon().start(BadWorker::endWithInput);
        switch (arguments[0]) {
            case "works" -> beat("{\"finished\":%d,\"waiting\":7,\"making_ms\":0,\"reason\":\"\"}");
            case "makes-one-forever" -> beat("{\"finished\":%d,\"waiting\":7,\"making_ms\":9000,\"reason\":\"\"}");
            case "spins" -> {
                Thread.ofPlatform().daemon().start(BadWorker::spin);
                beat("{\"finished\":5,\"waiting\":7,\"making_ms\":0,\"reason\":\"\"}");
            }
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void spin() {
        while (true) {
            Thread.onSpinWait();
        }
    }

    private static void beat(String line) throws InterruptedException {
        for (int finished = 0; true; finished++) {
            System.out.println("beat " + String.format(line, finished));
            System.out.flush();
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private static void sayStart(Path file) throws IOException {
        Files.writeString(
                file,
                ProcessHandle.current().pid() + " " + System.getenv("MAILBLAST_WORKER_TOKEN") + " "
                        + System.nanoTime() + " after "
                        + System.getenv("MAILBLAST_WORKER_PREDECESSORS") + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private static void endWithInput() {
        try {
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            // As good as its end.
        }
        System.exit(0);
    }
}
