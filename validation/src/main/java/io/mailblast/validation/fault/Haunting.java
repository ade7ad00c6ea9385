package io.mailblast.validation.fault;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// What goes wrong inside a process, until a file is deleted. One class that needs no other of ours, for it is loaded
/// into a process that has none of them. Its argument is the file and then one of
///
/// - `leak BYTES`: keeps so many more every second
/// - `spin THREADS`: computes
/// - `occupy THREADS`: so many virtual threads compute, so that no other virtual one has its turn
/// - `map BYTES`: has so many bytes of a file in its memory
/// - `pause OBJECTS`: has so many of them, one behind the other, and collects garbage every second
public final class Haunting {

    private Haunting() {}

    /// Called by the process that it is loaded into.
    public static void agentmain(String argument) {
        String[] words = argument.split(" ");
        Path going = Path.of(words[0]);
        long amount = Long.parseLong(words[2]);
        Thread thread = new Thread(() -> haunt(going, words[1], amount), "haunting");
        thread.setDaemon(true);
        thread.start();
    }

    private static void haunt(Path going, String what, long amount) {
        try {
            switch (what) {
                case "leak" -> leak(going, amount);
                case "spin" -> spin(going, Thread.ofPlatform().daemon(), amount);
                case "occupy" -> spin(going, Thread.ofVirtual(), amount);
                case "map" -> map(going, amount);
                case "pause" -> pause(going, amount);
                default -> throw new IllegalArgumentException(what);
            }
        } catch (InterruptedException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void leak(Path going, long bytes) throws InterruptedException {
        List<byte[]> kept = new ArrayList<>();
        while (Files.exists(going)) {
            kept.add(new byte[(int) bytes]);
            if (kept.size() % 2 == 0) {
                System.gc();
            }
            Thread.sleep(1_000);
        }
        kept.clear();
        System.gc();
    }

    private static void spin(Path going, Thread.Builder kind, long threads) throws InterruptedException {
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            all.add(kind.start(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait();
                }
            }));
        }
        while (Files.exists(going)) {
            Thread.sleep(100);
        }
        all.forEach(Thread::interrupt);
    }

    private static void map(Path going, long bytes) throws InterruptedException, IOException {
        Path file = Files.createTempFile(going.getParent(), "mapped-", "");
        try (FileChannel channel = FileChannel.open(
                        file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
                Arena arena = Arena.ofShared()) {
            channel.write(ByteBuffer.allocate(1), bytes - 1);
            MemorySegment memory = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
            while (Files.exists(going)) {
                memory.load();
                Thread.sleep(1_000);
            }
        }
    }

    private static void pause(Path going, long objects) throws InterruptedException {
        Object[] last = new Object[1];
        for (long i = 0; i < objects; i++) {
            last = new Object[] {last};
        }
        while (Files.exists(going)) {
            System.gc();
            Thread.sleep(1_000);
        }
        if (last.length == 0) {
            throw new IllegalStateException();
        }
    }
}
