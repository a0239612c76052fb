package dev.slipway.domain.service;

import dev.slipway.domain.access.ProjectId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A service as its row has it.
 *
 * @param tenant id of the domain (account)
 * @param owner id of the user
 * @param extras JSON text of the service-level fields that are kept for the echo alone
 * @param priority 3 before 2 before 1
 * @param numbers which generation was asked, begun, settled, is served
 * @param wanted what the asked generation wants
 * @param asked its configuration
 * @param serving the configuration that instances, routes, a restart and show-service follow; null before the first success
 * @param autoStop null if there is no schedule
 * @param error why it failed; null if it did not
 * @param taskId the run of a batch service; null in a real-time service
 * @param publishedAt when it was made
 * @param transitionedAt when its state last changed
 * @param updatedAt when the configuration now in use was accepted
 */
public record Service(
        ServiceId id,
        ProjectId project,
        String tenant,
        String owner,
        String name,
        @Nullable String description,
        InferType inferType,
        String workspaceId,
        int priority,
        String extras,
        ServiceState state,
        Numbers numbers,
        Wanted wanted,
        ServiceConfig asked,
        @Nullable ServiceConfig serving,
        @Nullable AutoStop autoStop,
        @Nullable String error,
        @Nullable String taskId,
        Instant publishedAt,
        Instant transitionedAt,
        Instant updatedAt) {

    /**
     * The four numbers of PROTOCOLS 1.
     *
     * @param generation asked
     * @param taken the workflow has begun with it
     * @param observed settled, with its outcome
     * @param serving 0 before the first success
     */
    public record Numbers(long generation, long taken, long observed, long serving) {}

    /** The configuration that show-service answers: what serves, or what was asked if nothing ever served or it is stopped or failed. */
    public ServiceConfig shown() {
        ServiceConfig served = serving;
        boolean follows =
                state == ServiceState.RUNNING || state == ServiceState.CONCERNING || state == ServiceState.DEPLOYING;
        return served != null && follows ? served : asked;
    }

    /** The configuration that a stop leaves behind: what serves, or what is on its way. */
    public ServiceConfig shownOrOnItsWay() {
        return state == ServiceState.DEPLOYING ? asked : shown();
    }

    public Service withState(ServiceState newState, Instant now) {
        return new Service(
                id,
                project,
                tenant,
                owner,
                name,
                description,
                inferType,
                workspaceId,
                priority,
                extras,
                newState,
                numbers,
                wanted,
                asked,
                serving,
                autoStop,
                error,
                taskId,
                publishedAt,
                newState == state ? transitionedAt : now,
                updatedAt);
    }

    public Service withNumbers(Numbers newNumbers) {
        return new Service(
                id,
                project,
                tenant,
                owner,
                name,
                description,
                inferType,
                workspaceId,
                priority,
                extras,
                state,
                newNumbers,
                wanted,
                asked,
                serving,
                autoStop,
                error,
                taskId,
                publishedAt,
                transitionedAt,
                updatedAt);
    }

    public Service withAsked(Wanted newWanted, ServiceConfig newAsked) {
        return new Service(
                id,
                project,
                tenant,
                owner,
                name,
                description,
                inferType,
                workspaceId,
                priority,
                extras,
                state,
                numbers,
                newWanted,
                newAsked,
                serving,
                autoStop,
                error,
                taskId,
                publishedAt,
                transitionedAt,
                updatedAt);
    }

    public Service withServing(@Nullable ServiceConfig newServing, Instant acceptedAt) {
        return new Service(
                id,
                project,
                tenant,
                owner,
                name,
                description,
                inferType,
                workspaceId,
                priority,
                extras,
                state,
                numbers,
                wanted,
                asked,
                newServing,
                autoStop,
                error,
                taskId,
                publishedAt,
                transitionedAt,
                acceptedAt);
    }

    public Service withAutoStop(@Nullable AutoStop newAutoStop) {
        return new Service(
                id,
                project,
                tenant,
                owner,
                name,
                description,
                inferType,
                workspaceId,
                priority,
                extras,
                state,
                numbers,
                wanted,
                asked,
                serving,
                newAutoStop,
                error,
                taskId,
                publishedAt,
                transitionedAt,
                updatedAt);
    }

    public Service withError(@Nullable String newError) {
        return new Service(
                id,
                project,
                tenant,
                owner,
                name,
                description,
                inferType,
                workspaceId,
                priority,
                extras,
                state,
                numbers,
                wanted,
                asked,
                serving,
                autoStop,
                newError,
                taskId,
                publishedAt,
                transitionedAt,
                updatedAt);
    }

    public Service withTask(@Nullable String newTaskId) {
        return new Service(
                id,
                project,
                tenant,
                owner,
                name,
                description,
                inferType,
                workspaceId,
                priority,
                extras,
                state,
                numbers,
                wanted,
                asked,
                serving,
                autoStop,
                error,
                newTaskId,
                publishedAt,
                transitionedAt,
                updatedAt);
    }

    public Service withDescription(@Nullable String newDescription) {
        return new Service(
                id,
                project,
                tenant,
                owner,
                name,
                newDescription,
                inferType,
                workspaceId,
                priority,
                extras,
                state,
                numbers,
                wanted,
                asked,
                serving,
                autoStop,
                error,
                taskId,
                publishedAt,
                transitionedAt,
                updatedAt);
    }

    public Service withPriority(int newPriority) {
        return new Service(
                id,
                project,
                tenant,
                owner,
                name,
                description,
                inferType,
                workspaceId,
                newPriority,
                extras,
                state,
                numbers,
                wanted,
                asked,
                serving,
                autoStop,
                error,
                taskId,
                publishedAt,
                transitionedAt,
                updatedAt);
    }

    public Service withExtras(String newExtras) {
        return new Service(
                id,
                project,
                tenant,
                owner,
                name,
                description,
                inferType,
                workspaceId,
                priority,
                newExtras,
                state,
                numbers,
                wanted,
                asked,
                serving,
                autoStop,
                error,
                taskId,
                publishedAt,
                transitionedAt,
                updatedAt);
    }

    /** Whether {@code generation} is still the one that is asked: what a workflow writes for an older one is void. */
    public boolean asksFor(long generation) {
        return numbers.generation() == generation;
    }

    /** When it will stop by itself; null if it will not. */
    public @Nullable Instant dueAt() {
        return autoStop == null ? null : autoStop.dueAt();
    }

    /** Whether its serving configuration should be up. */
    public boolean shouldServe() {
        return inferType == InferType.REAL_TIME && wanted == Wanted.RUNNING && numbers.serving() > 0;
    }

    /** Whether it may have instances and the places for them. */
    public boolean wantsInstances() {
        return wanted == Wanted.RUNNING && state != ServiceState.FAILED && state != ServiceState.FINISHED;
    }

    /** Whether the asked generation is settled. */
    public boolean isSettled() {
        return numbers.observed() >= numbers.generation();
    }

    /** The next generation, which wants this, in this state. Nobody has taken it. */
    public Service asking(Wanted newWanted, ServiceConfig newAsked, ServiceState newState, Instant now) {
        return withNumbers(
                        new Numbers(numbers.generation() + 1, numbers.taken(), numbers.observed(), numbers.serving()))
                .withAsked(newWanted, newAsked)
                .withState(newState, now);
    }

    /** The workflow has begun with {@code generation}. */
    public Service taking(long generation) {
        return withNumbers(new Numbers(
                numbers.generation(), Math.max(numbers.taken(), generation), numbers.observed(), numbers.serving()));
    }

    /** {@code generation} came to its end with nothing that serves: stopped, finished, failed or deleted. */
    public Service settledDown(long generation, ServiceState newState, @Nullable String newError, Instant now) {
        return withNumbers(observing(generation, 0))
                .withServing(null, updatedAt)
                .withState(newState, now)
                .withError(newError);
    }

    /** {@code settled} serves from now on. */
    public Service settledServing(ServiceGeneration settled, Instant now) {
        return withNumbers(observing(settled.generation(), settled.generation()))
                .withServing(settled.config(), settled.acceptedAt())
                .withState(ServiceState.RUNNING, now)
                .withError(null);
    }

    /** {@code generation} was not well: what served before serves on, and nothing deploys this generation again. */
    public Service settledRolledBack(long generation, Instant now) {
        return withNumbers(observing(generation, numbers.serving()))
                .withState(ServiceState.RUNNING, now)
                .withError(null);
    }

    private Numbers observing(long generation, long newServing) {
        return new Numbers(
                numbers.generation(),
                Math.max(numbers.taken(), generation),
                Math.max(numbers.observed(), generation),
                newServing);
    }
}
