package io.mailblast.webhook;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A key and its self-signed certificate, made by the JDK's `keytool`, that sign as SNS does.
final class SigningKey {

    private static final String PASSWORD = "secret";

    private final PrivateKey key;
    private final byte[] pem;

    private SigningKey(PrivateKey key, byte[] pem) {
        this.key = key;
        this.pem = pem;
    }

    /// @param host the certificate's subject alternative name
    static SigningKey make(String host) {
        try {
            Path store = Files.createTempFile("signing", ".p12");
            Files.delete(store);
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "k",
                            "-keyalg",
                            "RSA",
                            "-keysize",
                            "2048",
                            "-validity",
                            "30",
                            "-dname",
                            "CN=" + host,
                            "-ext",
                            "san=dns:" + host,
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            store.toString(),
                            "-storepass",
                            PASSWORD)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IllegalStateException("keytool made no key");
            }
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, PASSWORD.toCharArray());
            }
            Files.delete(store);
            byte[] der = keys.getCertificate("k").getEncoded();
            String pem = "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                    + "\n-----END CERTIFICATE-----\n";
            return new SigningKey(
                    (PrivateKey) keys.getKey("k", PASSWORD.toCharArray()), pem.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    byte[] pem() {
        return pem.clone();
    }

    /// A notification as SNS posts it, with a good signature.
    ObjectNode notification(String topic, String certificateUrl, String version, String message) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("Type", "Notification")
                .put("MessageId", "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324")
                .put("TopicArn", topic)
                .put("Subject", "Amazon SES Email Event Notification")
                .put("Message", message)
                .put("Timestamp", "2026-03-02T00:54:06.655Z")
                .put("SignatureVersion", version)
                .put("SigningCertURL", certificateUrl)
                .put("UnsubscribeURL", "https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe");
        return sign(node, List.of("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"));
    }

    ObjectNode subscription(String topic, String certificateUrl, String subscribeUrl) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("Type", "SubscriptionConfirmation")
                .put("MessageId", "165545c9-2a5c-472c-8df2-7ff2be2b3b1b")
                .put("Token", "2336412f37")
                .put("TopicArn", topic)
                .put("Message", "You have chosen to subscribe to the topic.")
                .put("SubscribeURL", subscribeUrl)
                .put("Timestamp", "2026-03-02T00:54:06.655Z")
                .put("SignatureVersion", "2")
                .put("SigningCertURL", certificateUrl);
        return sign(node, List.of("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"));
    }

    private ObjectNode sign(ObjectNode node, List<String> names) {
        StringBuilder text = new StringBuilder();
        names.forEach(name -> text.append(name)
                .append('\n')
                .append(node.get(name).textValue())
                .append('\n'));
        try {
            Signature signature = Signature.getInstance(
                    node.get("SignatureVersion").textValue().equals("1") ? "SHA1withRSA" : "SHA256withRSA");
            signature.initSign(key);
            signature.update(text.toString().getBytes(StandardCharsets.UTF_8));
            return node.put("Signature", Base64.getEncoder().encodeToString(signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
