package dev.slipway.domain.batch;

import dev.slipway.domain.storage.ObjectUri;

/** Where the objects of a task are. Objects below {@code infer-result-*} are never read as inputs. */
public record TaskFolders(ObjectUri destination, TaskId task) {
    /** The prefix of all names that batch jobs write. */
    public static final String PREFIX = "infer-result-";

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
