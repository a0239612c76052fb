package dev.slipway.activities.batch;

import dev.slipway.activities.batch.KeyFailure.Access;
import dev.slipway.domain.batch.BatchInput.Content;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.InputNumbering;
import dev.slipway.domain.batch.PlanTotals;
import dev.slipway.domain.batch.ResultNames;
import dev.slipway.domain.batch.RowMark;
import dev.slipway.domain.batch.RowMarks;
import dev.slipway.domain.batch.TaskFolders;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NotAllowed;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.service.BatchEntry;
import dev.slipway.domain.storage.ObjectPage;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.storage.StoredObject;
import dev.slipway.formats.batch.ManifestLine;
import dev.slipway.formats.batch.ManifestReader;
import dev.slipway.formats.batch.TableReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Plans a task: its inputs in order, the records of each, the names of results. Tables are read once, to count rows and to collect marks
 * from which chunks can start. An unusable input becomes one record with the reason. Only the source as a whole can fail.
 */
final class Planner {
    private static final int EXAMINED_AT_ONCE = 8;

    private final TaskStorage store;
    private final String objectHost;
    private final BatchLimits limits;
    private final Deferred refused = new Deferred();

    /** For one attempt. */
    Planner(TaskStorage store, String objectHost, BatchLimits limits) {
        this.store = store;
        this.objectHost = objectHost;
        this.limits = limits;
    }

    /** An input that has no number yet. */
    private record Found(String source, String baseName, long records, Content content) {
        static Found rejected(String source, String reason) {
            return new Found(source, "", 1, new Content.Rejected(reason));
        }
    }

    /**
     * The totals of the plan: an earlier one, or the one made now.
     *
     * @throws Invalid if the source has no input, or the destination is too long for the names below it
     * @throws NotFound if the source, or the bucket that is written to, does not exist
     * @throws Unavailable if an input was refused that has to be tried again
     */
    PlanTotals plan(BatchTask task, String fence, Liveness liveness) throws IOException, InterruptedException {
        BatchEntry entry = task.spec().entry();
        TaskFolders folders = store.folders();
        if (!TaskFolders.leavesRoomIn(folders.destination())) {
            throw new Invalid(ErrorCode.PARAMETER, "dest_path: " + TaskFolders.tooLong(folders.destination()));
        }
        if (store.head(folders.planIndex()).isPresent()) {
            return PlanReader.index(store, folders).totals();
        }
        if (store.isSuspect(Access.WRITE, folders.planPart(fence, "probe"))) {
            store.put(folders.planPart(fence, "probe"), new byte[0]); // before all inputs are read in vain
        }
        InputNumbering numbering = new InputNumbering(names(folders));
        PlanWriter writer = new PlanWriter(store, folders, fence);
        try (OrderedWork<Found> examined = new OrderedWork<>(EXAMINED_AT_ONCE, liveness, found -> {
            writer.add(numbering.next(found.source(), found.baseName(), found.records(), found.content()));
            liveness.alive(numbering.totals().inputs());
        })) {
            if (entry.fromManifest()) {
                readManifest(entry, examined, liveness);
            } else {
                readFolder(entry, examined, liveness);
            }
            examined.finish();
        }
        refused.throwIfAny();
        if (numbering.totals().inputs() == 0) {
            throw new Invalid(
                    ErrorCode.OBJECT_PATH_MISSING,
                    "src_path '%s' holds no input, expected at least one file%s"
                            .formatted(entry.source(), hint(entry)));
        }
        writer.finish(numbering.totals());
        return PlanReader.index(store, folders).totals();
    }

    /** Names that fit with the folder of results in front of them. */
    private static ResultNames names(TaskFolders folders) {
        int folder = folders.result("").key().getBytes(StandardCharsets.UTF_8).length;
        return new ResultNames(Math.min(ObjectUri.LONGEST_KEY - folder, ResultNames.LONGEST));
    }

    /** A file that is named as a folder has nothing below it. */
    private String hint(BatchEntry entry) {
        ObjectUri source = entry.source();
        String key = source.key();
        if (!key.endsWith("/")) {
            return "";
        }
        ObjectUri file = new ObjectUri(source.bucket(), key.substring(0, key.length() - 1));
        return store.head(file).isPresent()
                ? ": '%s' is a file, src_path takes a folder, or a file that ends in .manifest".formatted(file)
                : "";
    }

    private void readManifest(BatchEntry entry, OrderedWork<Found> examined, Liveness liveness)
            throws IOException, InterruptedException {
        try (ManifestReader manifest = new ManifestReader(store.open(entry.source(), 0), objectHost)) {
            ManifestLine line;
            while ((line = manifest.next()) != null) {
                switch (line) {
                    case ManifestLine.Bad bad -> examined.add(() -> Found.rejected(bad.source(), bad.reason()));
                    case ManifestLine.Named named ->
                        examined.add(() -> examine(entry, named.source(), named.uri(), null, liveness));
                }
            }
        }
    }

    private void readFolder(BatchEntry entry, OrderedWork<Found> examined, Liveness liveness)
            throws IOException, InterruptedException {
        ObjectUri folder = entry.source().asFolder();
        String next = null;
        do {
            ObjectPage page = store.list(folder, next);
            for (StoredObject object : page.objects()) {
                if (isInput(folder, object.uri())) {
                    examined.add(() -> examine(entry, object.uri().toString(), object.uri(), object, liveness));
                }
            }
            next = page.next();
            liveness.alive(0);
        } while (next != null);
    }

    /** Not the folder's own object, and not written by a batch job. */
    private static boolean isInput(ObjectUri folder, ObjectUri object) {
        String below = object.key().substring(folder.key().length());
        return !object.key().endsWith("/") && !TaskFolders.isWrittenByAJob(below);
    }

    private Found examine(
            BatchEntry entry, String source, ObjectUri uri, @Nullable StoredObject listed, Liveness liveness)
            throws IOException {
        boolean table = entry.mapping() == BatchEntry.Mapping.CSV;
        if (table && !uri.baseName().toLowerCase(Locale.ROOT).endsWith(".csv")) {
            return Found.rejected(source, "'%s': expected a file that ends in .csv".formatted(uri));
        }
        try {
            Optional<StoredObject> object = listed == null ? store.head(uri) : Optional.of(listed);
            if (object.isEmpty()) {
                return Found.rejected(source, "'%s' does not exist".formatted(uri));
            }
            return table ? table(source, object.get(), liveness) : file(source, object.get());
        } catch (NotFound e) {
            return Found.rejected(source, "'%s' does not exist".formatted(uri));
        } catch (Invalid | NotAllowed e) {
            return Found.rejected(source, String.valueOf(e.getMessage()));
        } catch (KeyFailure failure) {
            Problem problem = store.judge(failure);
            if (problem instanceof Unavailable again) {
                refused.add(again);
            }
            return Found.rejected(source, String.valueOf(problem.getMessage()));
        }
    }

    private Found file(String source, StoredObject object) {
        if (object.size() > limits.longestFile()) {
            return Found.rejected(
                    source,
                    "'%s' has %d bytes, expected at most %d"
                            .formatted(object.uri(), object.size(), limits.longestFile()));
        }
        return new Found(source, object.uri().baseName(), 1, new Content.File(object));
    }

    private Found table(String source, StoredObject object, Liveness liveness) throws IOException {
        InputStream opened = store.openVersion(object, 0).orElse(null);
        if (opened == null) {
            return Found.rejected(
                    source, "'%s' was changed or removed while the job was planned".formatted(object.uri()));
        }
        RowMarks marks = new RowMarks();
        long rows = 0; // up to the last one that is not empty
        try (opened;
                TableReader reader = new TableReader(opened, RowMark.START)) {
            while (reader.advance()) {
                long row = reader.row();
                if (marks.isDue(row)) {
                    marks.see(reader.mark());
                }
                if (!reader.isEmptyRow()) {
                    rows = row + 1;
                }
                if (row % 10_000 == 0) {
                    liveness.alive(row);
                }
            }
        } catch (Invalid notText) {
            return Found.rejected(source, "'%s' is %s".formatted(object.uri(), notText.getMessage()));
        }
        if (rows == 0) {
            return Found.rejected(source, "'%s' has no rows".formatted(object.uri()));
        }
        return new Found(source, object.uri().baseName(), rows, new Content.Table(object, marks.marks()));
    }
}
