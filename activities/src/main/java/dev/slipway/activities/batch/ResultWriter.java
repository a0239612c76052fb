package dev.slipway.activities.batch;

import dev.slipway.domain.batch.BatchInput;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.UnwrittenResult;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NotAllowed;
import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.storage.ObjectUri;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes result files. If object storage refuses one for good, its input fails and the job goes on. Safe for use by many threads. */
final class ResultWriter {
    private static final Logger LOG = LoggerFactory.getLogger(ResultWriter.class);

    private final BatchStore tasks;
    private final TaskStorage store;
    private final Deferred refused;

    /** @param refused gets what has to be tried again */
    ResultWriter(BatchStore tasks, TaskStorage store, Deferred refused) {
        this.tasks = tasks;
        this.store = store;
        this.refused = refused;
    }

    /** Writes the result. */
    @FunctionalInterface
    interface Put {
        void to(ObjectUri uri) throws IOException;
    }

    /**
     * False if it has to be tried again.
     *
     * @param answered how many records of the input were answered, which fail if the file cannot be written
     */
    boolean write(BatchTask task, BatchInput input, long answered, Put put) throws IOException {
        ObjectUri uri = store.folders().result(input.resultName());
        Problem problem;
        try {
            put.to(uri);
            return true;
        } catch (KeyFailure failure) {
            problem = store.judge(failure);
        } catch (Invalid | NotAllowed answer) {
            problem = answer;
        }
        if (problem instanceof Unavailable again) {
            refused.add(again);
            return false;
        }
        LOG.warn("result not written task={} input={} reason={}", task.id(), input.source(), problem.getMessage());
        String reason = "the result cannot be written: " + problem.getMessage();
        tasks.unwritten(task.id(), new UnwrittenResult(input.ordinal(), answered, reason));
        return true;
    }
}
