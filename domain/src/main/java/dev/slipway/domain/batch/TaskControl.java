package dev.slipway.domain.batch;

import dev.slipway.domain.service.ServiceId;

/**
 * What users have asked of a task while it runs, beside its end.
 *
 * @param revision grows with each command, from 1
 * @param taken the last revision that the task's workflow has begun with; 0 for none
 * @param isPaused whether it shall rest, without instances and slots
 */
public record TaskControl(TaskId task, ServiceId service, long revision, long taken, boolean isPaused) {}
