package io.mailblast.audience;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.audience.SenderVerification.Standing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SenderRoutesTest {

    @RegisterExtension
    static final AudienceScene SCENE = new AudienceScene();

    @Test
    void aSenderIsVerifiedAsTheProviderSays() {
        SCENE.provider.put("news@good.example", new Standing.Verified(SenderVerification.By.PROVIDER));

        JsonNode good = SCENE.data(SCENE.post("/senders", "{\"identity\": \"News@Good.example\"}"), 201);
        JsonNode late = SCENE.data(SCENE.post("/senders", "{\"identity\": \"late.example\", \"name\": \"Late\"}"), 201);

        assertThat(good.get("kind").asText()).isEqualTo("address");
        assertThat(good.get("verified").asBoolean()).isTrue();
        assertThat(good.get("verified_by").asText()).isEqualTo("provider");
        assertThat(late.get("kind").asText()).isEqualTo("domain");
        assertThat(late.get("verified").asBoolean()).isFalse();
        assertThat(late.get("next").asText()).isEqualTo("Add the DNS records.");
        assertThat(SCENE.maySend("news@good.example")).isTrue();
        assertThat(SCENE.maySend("NEWS@good.example")).isTrue();
        assertThat(SCENE.maySend("other@good.example")).isFalse();
        assertThat(SCENE.maySend("x@late.example")).isFalse();

        String verify = "/senders/" + late.get("id").asLong() + "/verify";
        SCENE.provider.put("late.example", new Standing.Verified(SenderVerification.By.PROVIDER));
        assertThat(SCENE.data(SCENE.post(verify, "{}"), 200).get("verified").asBoolean())
                .isTrue();
        assertThat(SCENE.maySend("x@late.example")).isTrue();
        assertThat(SCENE.maySend("x@news.late.example")).isTrue();
        assertThat(SCENE.maySend("x@notlate.example")).isFalse();

        SCENE.provider.put("late.example", new Standing.Unknown("The provider does not answer."));
        assertThat(SCENE.data(SCENE.post(verify, "{}"), 200).get("verified").asBoolean())
                .isTrue();
        SCENE.provider.put("late.example", new Standing.Unverified("The records are gone."));
        assertThat(SCENE.data(SCENE.post(verify, "{}"), 200).get("verified").asBoolean())
                .isFalse();
        assertThat(SCENE.maySend("x@late.example")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "@example.com", "ann@", "exa mple.com", "-x.example", "<b@c.d>"})
    void whatIsNeitherAddressNorDomainIsNoSender(String identity) {
        assertThat(SCENE.post("/senders", "{\"identity\": \"" + identity + "\"}")
                        .statusCode())
                .isEqualTo(400);
    }
}
