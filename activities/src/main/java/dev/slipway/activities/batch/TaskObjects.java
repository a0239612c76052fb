package dev.slipway.activities.batch;

import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.storage.ProjectObjects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Which objects a task may read: those of its project. A manifest names them one by one, and the plan lies where users of the project can
 * write, so they are checked where they are read.
 */
public final class TaskObjects {

    private final Function<ServiceId, Optional<Service>> services;
    private final ProjectObjects objects;

    /** @param services asked once for each attempt at a step, where objects are divided among projects */
    public TaskObjects(Function<ServiceId, Optional<Service>> services, ProjectObjects objects) {
        this.services = services;
        this.objects = objects;
    }

    /** For projects that share all objects. */
    static TaskObjects ofEverybody() {
        return new TaskObjects(none -> Optional.empty(), ProjectObjects.ofEverybody());
    }

    /** Throws {@link dev.slipway.domain.problem.NotAllowed} for an object that the task may not read. */
    Consumer<ObjectUri> of(BatchTask task) {
        if (!objects.isDivided()) {
            return any -> {};
        }
        Optional<Service> service = services.apply(task.service());
        ObjectUri own = task.spec().entry().destination();
        // Its destination was the project's when it was accepted, and an accepted task has to come to its end. Of a
        // service
        // that is gone nothing more is worked on.
        return uri -> service.filter(of -> !uri.isWithin(own)).ifPresent(of -> objects.failIfNotOf(of.project(), uri));
    }
}
