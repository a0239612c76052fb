package dev.slipway.domain.batch;

import dev.slipway.domain.storage.ObjectUri;

/** Where the objects of a task lie. What is below {@code infer-result-*} is never read as an input. */
public record TaskFolders(ObjectUri destination, TaskId task) {
    /** Begins the names of all that batch jobs write. */
    public static final String PREFIX = "infer-result-";

    /** Result files of inputs. */
    public ObjectUri result(String name) {
        return destination.resolve(PREFIX + task + "/" + name);
    }

    /** The n-th manifest, from 0. */
    public ObjectUri manifest(int number) {
        return destination.resolve(PREFIX + task + (number == 0 ? "" : "_" + number) + ".manifest");
    }

    /** Plan and parts: written on the way, and kept for a repair until retention removes them. */
    public ObjectUri work() {
        return destination.resolve(PREFIX + task + ".work/");
    }

    public ObjectUri planIndex() {
        return work().resolve("plan/plan.json");
    }

    public ObjectUri planPart(String fence, String name) {
        return work().resolve("plan/" + fence + "/" + name);
    }

    /** The bytes of a part. */
    public ObjectUri partData(String part) {
        return work().resolve("parts/" + part + ".data");
    }

    /** The outcomes of a part, a line for each input. */
    public ObjectUri partOutcomes(String part) {
        return work().resolve("parts/" + part + ".jsonl");
    }

    /** What is written and removed to see whether the bucket takes anything; no job reads it. */
    public ObjectUri probe(String bucket) {
        return new ObjectUri(bucket, PREFIX + task + ".probe");
    }

    /** Whether it is an index object or a part: each try writes another, since their keys bear its fence. */
    public boolean isFenced(ObjectUri object) {
        return object.isWithin(work()) && !object.equals(planIndex());
    }
}
