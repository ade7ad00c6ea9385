package io.mailblast.content;

import com.github.jknack.handlebars.ValueResolver;
import com.github.jknack.handlebars.context.MapValueResolver;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/// Holds one rendering to a size and a time, whatever loops a template has: both its output and its look-ups pass here.
final class RenderGuard extends Writer implements ValueResolver {

    static final int MOST_CHARACTERS = 4_000_000;
    static final Duration LONGEST = Duration.ofSeconds(2);

    private final StringBuilder out = new StringBuilder(4_096);
    private final long beganNs = System.nanoTime();

    @Override
    public void write(char[] characters, int offset, int length) {
        check(length);
        out.append(characters, offset, length);
    }

    @Override
    public void write(String text) {
        check(text.length());
        out.append(text);
    }

    @Override
    public Object resolve(Object context, String name) {
        check(0);
        return MapValueResolver.INSTANCE.resolve(context, name);
    }

    @Override
    public Object resolve(Object context) {
        return MapValueResolver.INSTANCE.resolve(context);
    }

    @Override
    public Set<Map.Entry<String, Object>> propertySet(Object context) {
        return MapValueResolver.INSTANCE.propertySet(context);
    }

    @Override
    public void flush() {}

    @Override
    public void close() throws IOException {}

    @Override
    public String toString() {
        return out.toString();
    }

    private void check(int more) {
        mustFit(out.length() + more);
        if (System.nanoTime() - beganNs > LONGEST.toNanos()) {
            throw new TemplateException(0, 0, "takes longer than " + LONGEST.toSeconds() + " s for one recipient");
        }
    }

    static void mustFit(int characters) {
        if (characters > MOST_CHARACTERS) {
            throw new TemplateException(0, 0, "makes a text of more than " + MOST_CHARACTERS + " characters");
        }
    }
}
