package dev.slipway.domain.service;

/** What the runs of a batch service have to know of its commands. Called inside the door's transaction, with the service's row locked. */
public interface BatchTasks {

    /** The service begins a new run: {@link Service#taskId()} is new, {@link Service#asked()} is what it runs. */
    void begin(Service service);
}
