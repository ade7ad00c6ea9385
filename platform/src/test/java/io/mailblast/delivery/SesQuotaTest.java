package io.mailblast.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What `GetAccount` can answer, and fail to.
class SesQuotaTest {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theAccountsQuotaIsReadAsSesTellsIt(boolean enabled) throws IOException {
        List<String> asked = new CopyOnWriteArrayList<>();

        Delivery.Quota quota = quota(exchange -> {
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            SesStub.answer(exchange, 200, "", """
                    {"DedicatedIpAutoWarmupEnabled": true, "EnforcementStatus": "HEALTHY",
                     "ProductionAccessEnabled": true,
                     "SendQuota": {"Max24HourSend": 50000.0, "MaxSendRate": 14.5, "SentLast24Hours": 1234.0},
                     "SendingEnabled": %s}
                    """.formatted(enabled));
        });

        assertThat(quota).isEqualTo(new Delivery.Quota(14.5, 50_000, 1_234, enabled));
        assertThat(asked).containsExactly("GET /v2/email/account");
    }

    /// -1 stands for no limit.
    @Test
    void anAccountWithoutALimitOfTheDayHasNone() throws IOException {
        Delivery.Quota quota = quota(exchange -> SesStub.answer(exchange, 200, "", """
                {"SendingEnabled": true, "SendQuota": {"Max24HourSend": -1, "MaxSendRate": 90, "SentLast24Hours": 7}}
                """));

        assertThat(quota).isEqualTo(new Delivery.Quota(90, -1, 7, true));
    }

    /// A quota that was guessed would stop the sending, or send too fast; whoever asks tries again.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {}                                                                                                   | no SendQuota
                    {"SendingEnabled":true}                                                                              | no SendQuota
                    {"SendingEnabled":true,"SendQuota":null}                                                             | no SendQuota
                    {"SendQuota":{"Max24HourSend":200,"MaxSendRate":14,"SentLast24Hours":0}}                             | no SendingEnabled
                    {"SendingEnabled":true,"SendQuota":{}}                                                               | no MaxSendRate
                    {"SendingEnabled":true,"SendQuota":{"Max24HourSend":200,"SentLast24Hours":0}}                        | no MaxSendRate
                    {"SendingEnabled":true,"SendQuota":{"MaxSendRate":14,"SentLast24Hours":0}}                           | no Max24HourSend
                    {"SendingEnabled":true,"SendQuota":{"Max24HourSend":200,"MaxSendRate":14}}                           | no SentLast24Hours
                    {"SendingEnabled":true,"SendQuota":{"Max24HourSend":200,"MaxSendRate":"many","SentLast24Hours":0}}   | ``
                    {"SendingEnabled":true,"SendQuota":[]}                                                               | ``
                    {"SendingEnabled":true,"SendQuota":{"Max24Hour                                                       | ``
                    not json at all                                                                                      | ``
                    <html>a proxy's page</html>                                                                          | ``
                    []                                                                                                   | ``
                    ``                                                                                                   | no SendQuota
                    """)
    void anAnswerThatDoesNotTellTheQuotaIsNone(String body, String said) {
        assertThatThrownBy(() -> quota(exchange -> SesStub.answer(exchange, 200, "", body)))
                .isInstanceOf(Delivery.ProviderUnavailableException.class)
                .hasMessageStartingWith("SES does not tell the account's quota: ")
                .hasMessageContaining(said);
    }

    @ParameterizedTest
    @EnumSource(DeafServer.Behaviour.class)
    void aQuotaThatIsNotAnsweredForIsNone(DeafServer.Behaviour behaviour) throws IOException {
        try (DeafServer hole = new DeafServer(behaviour)) {
            assertThatThrownBy(() -> quota(hole.port()))
                    .isInstanceOf(Delivery.ProviderUnavailableException.class)
                    .hasMessageStartingWith("SES does not tell the account's quota: ");
        }
    }

    private static Delivery.Quota quota(SesStub.Answers answers) throws IOException {
        return SesStub.served(answers, SesQuotaTest::quota);
    }

    private static Delivery.Quota quota(int port) {
        try (SesDelivery delivery = SesDelivery.open(SesStub.config("http://127.0.0.1:" + port))) {
            return delivery.quota();
        }
    }
}
