package io.mailblast.app;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutgoingMailTest {

    @Test
    void aKeyOfDkimThatCannotBeUsedIsAMistakeInTheConfiguration(@TempDir Path home) throws Exception {
        Files.writeString(home.resolve("mailblast.yaml"), """
                delivery:
                  provider: smtp
                smtp:
                  domain_limits: "gmail.com=20/50, *=10/0"
                dkim:
                  domains: [example.org=mail2026]
                """);
        Configuration config = ConfigurationLoader.load(null, Map.of("MAILBLAST_HOME", home.toString()));

        assertThatThrownBy(() -> OutgoingMail.check(config))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("dkim.domains: example.org=mail2026")
                .hasMessageContaining(
                        home.resolve("keys/dkim-example.org-mail2026.pem").toString())
                .hasMessageContaining("is not there");
    }
}
