package dev.slipway.worker;

import dev.slipway.activities.instance.SlotWaiters;
import dev.slipway.workflows.connection.BackgroundWakes;
import dev.slipway.workflows.connection.TemporalModelWaker;
import dev.slipway.workflows.connection.TemporalServiceWaker;
import dev.slipway.workflows.connection.WorkflowSignals;
import io.temporal.client.WorkflowClient;

/**
 * Who tells workflows that something has changed.
 *
 * @param background for wakes that their caller must not wait for
 * @param slots the services that wait for slots
 */
record WorkerWakes(
        WorkflowSignals signals,
        TemporalServiceWaker services,
        TemporalModelWaker models,
        BackgroundWakes background,
        SlotWaiters slots) {

    static WorkerWakes over(WorkflowClient temporal, BackgroundWakes background) {
        WorkflowSignals signals = new WorkflowSignals(temporal);
        TemporalServiceWaker services = new TemporalServiceWaker(signals);
        return new WorkerWakes(
                signals, services, new TemporalModelWaker(signals), background, new SlotWaiters(services::wake));
    }
}
