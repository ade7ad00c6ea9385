package io.mailblast.validation.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.engine.Engine;
import io.mailblast.validation.engine.Outcome;
import io.mailblast.validation.engine.Recording;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.plan.Endpoint;
import io.mailblast.validation.plan.Fact;
import io.mailblast.validation.traffic.Audience;
import io.mailblast.validation.traffic.Samples;
import io.mailblast.validation.verdict.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/// Imports one after the other, each timed from the first byte of the upload to the end of the job. Addresses
/// repeat after some files, so that contacts that are there are met too.
final class ImportJob {

    private static final int GENERATIONS = 10;

    private final Audience audience;
    private final Path folder;
    private final Engine engine;
    private final Recording recording;
    private final Facts facts;
    private int number;
    private double secondsTotal;
    private long rowsTotal;

    ImportJob(Audience audience, Path folder, Engine engine, Recording recording, Facts facts) {
        this.audience = audience;
        this.folder = folder;
        this.engine = engine;
        this.recording = recording;
        this.facts = facts;
    }

    /// @param goOn asked before each file
    void run(int rows, int times, BooleanSupplier goOn) {
        Samples.Mix mix = Samples.Mix.of(rows);
        for (int i = 0; i < times && goOn.getAsBoolean(); i++) {
            once(mix);
        }
    }

    private void once(Samples.Mix mix) {
        boolean isNew = number < GENERATIONS;
        Path file = file(mix);
        long beginNs = engine.nowNs();
        JsonNode ended;
        try {
            ended = audience.awaitImport(audience.startImport("", file), _ -> {});
        } catch (CannotRunException e) {
            recording.record(
                    Endpoint.CONTACTS_IMPORT.spelling(), beginNs, engine.nowNs() - beginNs, Outcome.UNEXPECTED);
            facts.add(Fact.ROWS_WRONG, mix.rows(), mix.rows());
            return;
        }
        long tookNs = engine.nowNs() - beginNs;
        JsonNode counts = ended.path("counts");
        long wrong = Math.abs(counts.path(isNew ? "imported" : "unchanged").asLong() - mix.valid())
                + Math.abs(counts.path("invalid").asLong() - mix.invalid())
                + Math.abs(counts.path("duplicate").asLong() - mix.duplicate())
                + Math.abs(counts.path("total").asLong() - mix.rows());
        boolean good = wrong == 0 && ended.path("state").asText().equals("done");
        recording.record(
                Endpoint.CONTACTS_IMPORT.spelling(), beginNs, tookNs, good ? Outcome.GOOD : Outcome.WRONG_ANSWER);
        facts.add(Fact.ROWS_WRONG, good ? 0.0 : (double) Math.max(1, wrong), mix.rows());
        secondsTotal += tookNs / 1e9;
        rowsTotal += mix.rows();
        facts.put(Fact.ROW_TIME, secondsTotal * 1_000 / rowsTotal, rowsTotal);
        number++;
    }

    private Path file(Samples.Mix mix) {
        try {
            Path file = folder.resolve("import.csv");
            Files.deleteIfExists(file);
            return Samples.mixed(file, mix, number % GENERATIONS);
        } catch (IOException e) {
            throw new CannotRunException("No file of contacts can be written: " + e.getMessage());
        }
    }
}
