package dev.slipway.worker;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.formats.json.NearestName;
import dev.slipway.workflows.contract.FailureTypes;
import dev.slipway.workflows.contract.FinalFailure;
import dev.slipway.workflows.contract.request.DeployService;
import dev.slipway.workflows.contract.request.ImportModel;
import dev.slipway.workflows.contract.request.RunBatch;
import io.temporal.common.converter.EncodedValues;
import io.temporal.workflow.DynamicWorkflow;
import io.temporal.workflow.Workflow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A workflow of a type that is not ours, mostly because it is misspelt: ends as failed and names the nearest that users may start. */
public final class UnknownWorkflow implements DynamicWorkflow {

    private static final List<String> REQUESTS = List.of(RunBatch.TYPE, DeployService.TYPE, ImportModel.TYPE);

    @Override
    public @Nullable Object execute(EncodedValues arguments) {
        String type = Workflow.getInfo().getWorkflowType();
        String meant = NearestName.of(type, REQUESTS)
                .map(name -> ", did you mean '%s'?".formatted(name))
                .orElse(",");
        throw FinalFailure.of(
                "workflow type '%s': Slipway has none of this name%s expected one of %s"
                        .formatted(type, meant, String.join(", ", REQUESTS)),
                FailureTypes.NOT_FOUND,
                ErrorCode.PARAMETER.code());
    }
}
