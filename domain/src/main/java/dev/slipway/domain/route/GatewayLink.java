package dev.slipway.domain.route;

import dev.slipway.domain.problem.Unavailable;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The gateway's view of the database: it reads routes and writes acknowledgements and counts. Every call may fail as {@link Unavailable}.
 */
public interface GatewayLink extends AutoCloseable {

    /**
     * Registers the gateway, or renews its registration. Until its next report it holds all services. That report must list every service
     * that the gateway may serve: earlier reports are discarded, and it does not hold services that are not listed.
     *
     * <p>A call whose answer did not come in time may still be executed later; after a later call of the same process it changes nothing.
     */
    void register(GatewayIdentity identity);

    /**
     * The gateway has stopped serving and has nothing in flight. Executed late, it changes nothing: neither after a later call of the same
     * process, nor once another process of this gateway has registered.
     */
    void deregister(GatewayIdentity identity);

    /** Whose registration the row of this gateway is. */
    enum Registration {
        /** There is no row: an operator may have removed it. */
        NONE,
        OWN,
        /** Another process with the same identity has registered after this one. */
        OF_ANOTHER_PROCESS
    }

    /** Whose registration there is under this identity's id. */
    Registration registration(GatewayIdentity identity);

    /** Service id to revision of all documents that exist. */
    Map<String, Long> revisions();

    /** The documents of these services that exist. */
    List<RouteDocument> documents(List<String> services);

    /**
     * Writes what was applied, what is in flight, and the counts; an empty list says that the gateway lives. Counts of a minute replace
     * those that the same process reported before, so that a report may be sent again; those of an earlier process of this gateway are
     * added to them. Before it reads the document of a service for the first time, a gateway reports {@link GatewayReport#READING} of it:
     * it cannot serve a service that it has never reported.
     *
     * @param gateway as it has registered: {@code registeredAt} tells its process from an earlier one
     * @return false if the gateway is not registered, or another process of it is: then nothing was written
     */
    boolean report(GatewayIdentity gateway, List<GatewayReport> reports);

    /**
     * Returns when something was changed, or after {@code atMost}.
     *
     * @return whether something may have changed since the last call; of a change while the link was not connected nothing is heard
     */
    boolean awaitChange(Duration atMost) throws InterruptedException;

    /** Makes a call fail that another thread waits in, if there is one. The next call works as usual. May be called by any thread. */
    void interrupt();

    @Override
    void close();
}
