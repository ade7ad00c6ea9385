package io.mailblast.validation.fault;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.mailblast.validation.installation.CannotRunException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/// Puts [Haunting] into a process of MailBlast that runs: real trouble inside of it, without a line in it that is there
/// for that. See `java.lang.instrument`.
public final class ProcessAgent implements AutoCloseable {

    private final Path going;

    private ProcessAgent(Path going) {
        this.going = going;
    }

    /// @param folder for the agent's files
    /// @param what see [Haunting]
    /// @throws CannotRunException when the process takes no agent
    public static ProcessAgent begin(ProcessHandle process, Path folder, String what) {
        try {
            Path going = Files.createTempFile(folder, "haunting-", "");
            Path jar = Files.createTempFile(folder, "haunting-", ".jar");
            write(jar);
            VirtualMachine machine = VirtualMachine.attach(Long.toString(process.pid()));
            try {
                machine.loadAgent(jar.toString(), going + " " + what);
            } finally {
                machine.detach();
            }
            return new ProcessAgent(going);
        } catch (IOException | AttachNotSupportedException | AgentLoadException | AgentInitializationException e) {
            throw new CannotRunException("Process " + process.pid() + " cannot be haunted: " + e);
        }
    }

    /// Ends the trouble; where the process has ended, nothing.
    @Override
    public void close() {
        try {
            boolean _ = Files.deleteIfExists(going);
        } catch (IOException e) {
            throw new CannotRunException("Cannot delete " + going + ": " + e.getMessage());
        }
    }

    private static void write(Path jar) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Agent-Class", Haunting.class.getName());
        String file = Haunting.class.getName().replace('.', '/') + ".class";
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out, manifest);
                InputStream source = Haunting.class.getResourceAsStream("Haunting.class")) {
            if (source == null) {
                throw new IOException(file + " is not there");
            }
            entries.putNextEntry(new JarEntry(file));
            source.transferTo(entries);
            entries.closeEntry();
        }
    }
}
