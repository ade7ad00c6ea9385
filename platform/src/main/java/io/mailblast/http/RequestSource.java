package io.mailblast.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;

/// A request over HTTP.
record RequestSource(ServerRequest request) implements Call.Source {

    @Override
    public InputStream stream() {
        return new BodyStream(request.content().inputStream());
    }

    @Override
    public byte[] bytes(int maxBytes, Duration patience) {
        return BodyReader.bytes(request, maxBytes, patience);
    }

    @Override
    public Optional<String> header(String name) {
        return request.headers().first(HeaderNames.create(name));
    }

    @Override
    public long contentLength() {
        return request.headers().contentLength().orElse(-1);
    }

    @Override
    public boolean isHead() {
        return request.prologue().method().text().equals("HEAD");
    }

    @Override
    public String path() {
        return request.path().path();
    }
}
