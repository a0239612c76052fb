package dev.slipway.api.service;

import dev.slipway.domain.access.Caller;
import dev.slipway.domain.batch.BatchCommands;
import dev.slipway.domain.batch.TaskCommand;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.formats.service.ServiceShown;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Commands over the running task of a batch service, which the wire contract does not have. */
@RestController
@RequestMapping("/v1/{project_id}/services/{service_id}/task")
final class TaskController {

    private final BatchCommands commands;
    private final ServiceBodies bodies;

    TaskController(BatchCommands commands, ServiceBodies bodies) {
        this.commands = commands;
        this.bodies = bodies;
    }

    @PostMapping("/pause")
    ServiceShown pause(Caller caller, @PathVariable("service_id") String id) {
        return given(caller, id, TaskCommand.PAUSE);
    }

    @PostMapping("/resume")
    ServiceShown resume(Caller caller, @PathVariable("service_id") String id) {
        return given(caller, id, TaskCommand.RESUME);
    }

    private ServiceShown given(Caller caller, String id, TaskCommand command) {
        return bodies.show(commands.by(caller.origin()).command(caller.project(), new ServiceId(id), command));
    }
}
