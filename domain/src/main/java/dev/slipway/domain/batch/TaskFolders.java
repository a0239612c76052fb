package dev.slipway.domain.batch;

import dev.slipway.domain.storage.ObjectUri;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Where the objects of a task are. What a job wrote is never read as an input, see {@link #isWrittenByAJob}. */
public record TaskFolders(ObjectUri destination, TaskId task) {
    /** The prefix of all names that batch jobs write. */
    private static final String PREFIX = "infer-result-";

    /** Bytes that names below the destination may need beside those of results, which fit what is left: most are of a part's outcomes. */
    private static final int LONGEST_BELOW = 200;
    /** Bytes of the key of a destination, a slash at its end included. */
    public static final int LONGEST_DESTINATION = ObjectUri.LONGEST_KEY - LONGEST_BELOW;

    private static final Pattern MANIFEST_OR_PROBE = Pattern.compile(
            PREFIX + "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}((_[0-9]+)?\\.manifest|\\.probe)");

    /**
     * Whether a batch job wrote this, by the name that it gives: what lies in a folder named {@code infer-result-*}, an output manifest, a
     * probe. Any other object whose name only begins like that is a user's.
     *
     * @param path a key, or its end after a slash
     */
    public static boolean isWrittenByAJob(String path) {
        String[] parts = path.split("/", -1);
        for (int i = 0; i < parts.length - 1; i++) {
            if (parts[i].startsWith(PREFIX)) {
                return true;
            }
        }
        return MANIFEST_OR_PROBE.matcher(parts[parts.length - 1]).matches();
    }

    /** Whether the names that jobs make fit below this. */
    public static boolean leavesRoomIn(ObjectUri destination) {
        return destination.asFolder().key().getBytes(StandardCharsets.UTF_8).length <= LONGEST_DESTINATION;
    }

    /** What to say of one that does not. */
    public static String tooLong(ObjectUri destination) {
        return "'%s' has %d bytes after its bucket, expected at most %d, because names of %d bytes lie below it: choose a shorter one"
                .formatted(
                        destination,
                        destination.asFolder().key().getBytes(StandardCharsets.UTF_8).length,
                        LONGEST_DESTINATION,
                        LONGEST_BELOW);
    }

    /** Result files of inputs. */
    public ObjectUri result(String name) {
        return destination.resolve(PREFIX + task + "/" + name);
    }

    /** The n-th manifest, from 0. */
    public ObjectUri manifest(int number) {
        return destination.resolve(PREFIX + task + (number == 0 ? "" : "_" + number) + ".manifest");
    }

    /** Plan and parts, which are kept for a repair until retention removes them. */
    public ObjectUri work() {
        return destination.resolve(PREFIX + task + ".work/");
    }

    public ObjectUri planIndex() {
        return work().resolve("plan/plan.json");
    }

    public ObjectUri planPart(String fence, String name) {
        return work().resolve("plan/" + fence + "/" + name);
    }

    /** All parts. */
    public ObjectUri parts() {
        return work().resolve("parts/");
    }

    /** The bytes of a part. */
    public ObjectUri partData(String part) {
        return parts().resolve(part + ".data");
    }

    /** The outcomes of a part, a line for each input. */
    public ObjectUri partOutcomes(String part) {
        return parts().resolve(part + ".jsonl");
    }

    /** An object that is written and removed to check whether the bucket accepts writes; no job reads it. */
    public ObjectUri probe(String bucket) {
        return new ObjectUri(bucket, PREFIX + task + ".probe");
    }

    /** The same for the folder of parts. No part has that name. */
    public ObjectUri probeOfParts() {
        return parts().resolve("probe");
    }

    /** Whether it is an index object or a part, whose key contains a fence, so that each execution writes another object. */
    public boolean isFenced(ObjectUri object) {
        return object.isWithin(work()) && !object.equals(planIndex());
    }
}
