package dev.slipway.domain.service;

import dev.slipway.domain.access.ProjectId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A service, as stored in its row.
 *
 * @param identity what never changes
 * @param details what commands change without a new generation
 * @param standing its state, since when, and why it failed
 * @param numbers which generation was asked, begun, settled, is served
 * @param wanted what the asked generation wants
 * @param asked its configuration
 * @param serving the configuration that instances, routes, a restart and show-service follow; null before the first success
 * @param updatedAt when the configuration now in use was accepted
 * @param autoStop null if there is no schedule
 * @param taskId the run of a batch service; null in a real-time service
 */
public record Service(
        Identity identity,
        Details details,
        Standing standing,
        Numbers numbers,
        Wanted wanted,
        ServiceConfig asked,
        @Nullable ServiceConfig serving,
        Instant updatedAt,
        @Nullable AutoStop autoStop,
        @Nullable String taskId) {

    /**
     * What never changes.
     *
     * @param tenant id of the domain (account)
     * @param owner id of the user
     * @param publishedAt when it was made
     */
    public record Identity(
            ServiceId id,
            ProjectId project,
            String tenant,
            String owner,
            String name,
            InferType inferType,
            String workspaceId,
            Instant publishedAt) {}

    /**
     * What commands change without a new generation.
     *
     * @param priority 3 before 2 before 1
     * @param extras JSON text of the service-level fields that are kept for the echo alone
     */
    public record Details(@Nullable String description, int priority, String extras) {}

    /**
     * Its state.
     *
     * @param transitionedAt when its state last changed
     * @param error why it failed; null if it did not
     */
    public record Standing(
            ServiceState state,
            Instant transitionedAt,
            @Nullable String error) {}

    /**
     * The four generation numbers.
     *
     * @param generation asked
     * @param taken the workflow has begun with it
     * @param observed settled, with its outcome
     * @param serving 0 before the first success
     */
    public record Numbers(long generation, long taken, long observed, long serving) {

        /** The numbers of a new service. */
        public static Numbers first() {
            return new Numbers(1, 0, 0, 0);
        }
    }

    public ServiceId id() {
        return identity.id();
    }

    public ProjectId project() {
        return identity.project();
    }

    public String tenant() {
        return identity.tenant();
    }

    public String owner() {
        return identity.owner();
    }

    public String name() {
        return identity.name();
    }

    public InferType inferType() {
        return identity.inferType();
    }

    public String workspaceId() {
        return identity.workspaceId();
    }

    public Instant publishedAt() {
        return identity.publishedAt();
    }

    public @Nullable String description() {
        return details.description();
    }

    public int priority() {
        return details.priority();
    }

    public String extras() {
        return details.extras();
    }

    public ServiceState state() {
        return standing.state();
    }

    public Instant transitionedAt() {
        return standing.transitionedAt();
    }

    public @Nullable String error() {
        return standing.error();
    }

    /**
     * The configuration in the answer of show-service: the serving one, or the asked one if nothing ever served or the service is stopped
     * or failed.
     */
    public ServiceConfig shown() {
        ServiceConfig served = serving;
        boolean follows = state() == ServiceState.RUNNING
                || state() == ServiceState.CONCERNING
                || state() == ServiceState.DEPLOYING;
        return served != null && follows ? served : asked;
    }

    public Service withState(ServiceState newState, Instant now) {
        Instant since = newState == state() ? transitionedAt() : now;
        return withStanding(new Standing(newState, since, error()));
    }

    public Service withError(@Nullable String newError) {
        return withStanding(new Standing(state(), transitionedAt(), newError));
    }

    private Service withStanding(Standing newStanding) {
        return new Service(
                identity, details, newStanding, numbers, wanted, asked, serving, updatedAt, autoStop, taskId);
    }

    public Service withDetails(Details newDetails) {
        return new Service(
                identity, newDetails, standing, numbers, wanted, asked, serving, updatedAt, autoStop, taskId);
    }

    public Service withNumbers(Numbers newNumbers) {
        return new Service(
                identity, details, standing, newNumbers, wanted, asked, serving, updatedAt, autoStop, taskId);
    }

    public Service withAsked(Wanted newWanted, ServiceConfig newAsked) {
        return new Service(
                identity, details, standing, numbers, newWanted, newAsked, serving, updatedAt, autoStop, taskId);
    }

    public Service withServing(@Nullable ServiceConfig newServing, Instant acceptedAt) {
        return new Service(
                identity, details, standing, numbers, wanted, asked, newServing, acceptedAt, autoStop, taskId);
    }

    public Service withAutoStop(@Nullable AutoStop newAutoStop) {
        return new Service(
                identity, details, standing, numbers, wanted, asked, serving, updatedAt, newAutoStop, taskId);
    }

    public Service withTask(@Nullable String newTaskId) {
        return new Service(
                identity, details, standing, numbers, wanted, asked, serving, updatedAt, autoStop, newTaskId);
    }

    /** Whether {@code generation} is still the asked one. What a workflow writes for an older one is ignored. */
    public boolean asksFor(long generation) {
        return numbers.generation() == generation;
    }

    /** When the auto-stop is due; null if there is none. */
    public @Nullable Instant dueAt() {
        return autoStop == null ? null : autoStop.dueAt();
    }

    /** Whether its serving configuration should be up. */
    public boolean shouldServe() {
        return inferType() == InferType.REAL_TIME && wanted == Wanted.RUNNING && numbers.serving() > 0;
    }

    /** Whether it may have instances and the slots for them. */
    public boolean wantsInstances() {
        return wanted == Wanted.RUNNING && state() != ServiceState.FAILED && state() != ServiceState.FINISHED;
    }

    /** Whether the asked generation is settled. */
    public boolean isSettled() {
        return numbers.observed() >= numbers.generation();
    }

    /** With the next generation, which no workflow has taken yet. */
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

    /** {@code generation} has ended and nothing serves: stopped, finished, failed or deleted. */
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

    /** {@code generation} was not healthy: the earlier configuration goes on serving, and this generation is never deployed again. */
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
