package io.mailblast.event.kafka;

import java.nio.file.Files;
import java.nio.file.Path;

/// Formats a broker's folder where that was not done, and starts the broker.
final class BrokerMain {

    private BrokerMain() {}

    public static void main(String[] arguments) {
        if (!Files.exists(Path.of("data", "meta.properties"))) {
            int code = kafka.tools.StorageTool.execute(
                    new String[] {"format", "-t", "bWFpbGJsYXN0LXRlc3RzIQ", "-c", arguments[0]}, System.out);
            if (code != 0) {
                System.exit(code);
            }
        }
        kafka.Kafka.main(arguments);
    }
}
