package dev.slipway.gateway.predict;

import dev.slipway.gateway.instance.UpstreamConnection;
import dev.slipway.gateway.instance.UpstreamConnections;
import dev.slipway.gateway.route.Choice;
import dev.slipway.gateway.route.InFlightRequest;
import io.netty.handler.codec.http.HttpContent;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Chooses an instance and opens a connection to it. If it cannot be reached, tries another one. */
final class Choosing extends ExchangeState implements UpstreamConnections.Waiter {

    private final Exchange exchange;
    private final TriedInstances tried;
    private @Nullable InFlightRequest inFlight;

    /** @param before the request at an instance that did not receive it; null at the first attempt */
    Choosing(Exchange exchange, TriedInstances tried, @Nullable InFlightRequest before) {
        this.exchange = exchange;
        this.tried = tried;
        this.inFlight = before;
    }

    @Override
    ExchangePhase phase() {
        return ExchangePhase.CHOOSING;
    }

    @Override
    void enter() {
        InFlightRequest before = inFlight;
        IncomingRequest request = exchange.request();
        if (!tried.allowsAnother()) {
            exchange.fail(ErrorResponse.noInstance(request.service()));
            return;
        }
        switch (request.route().choose(tried.excluded(), before == null ? null : before.set())) {
            case Choice.Chosen chosen -> {
                if (before != null) {
                    before.drop();
                }
                inFlight = chosen.request();
                tried.countAttempt();
                exchange.connections().acquire(chosen.request().endpoint(), this);
            }
            case Choice.Closed() -> exchange.refuse(ErrorResponse.notRunning(request.service()));
            case Choice.Gone() -> exchange.refuse(ErrorResponse.unknownService(request.service()));
            case Choice.NoInstance() -> exchange.fail(ErrorResponse.noInstance(request.service()));
        }
    }

    @Override
    public void connected(UpstreamConnection connection) {
        if (!exchange.isIn(this)) {
            connection.giveBack();
            return;
        }
        exchange.become(new Sending(exchange, tried, new UpstreamRequest(connection, chosen())));
    }

    @Override
    public void refused(Throwable cause) {
        if (exchange.isIn(this)) {
            tried.exclude(chosen().endpoint());
            enter();
        }
    }

    private InFlightRequest chosen() {
        return Objects.requireNonNull(inFlight, "inFlight");
    }

    @Override
    void requestPart(HttpContent part) {
        exchange.body().gather(part);
        exchange.hold(true);
    }

    @Override
    void tick(long silence, boolean held) {
        if (exchange.isLate(silence, held)) {
            exchange.failLate();
        }
    }

    @Override
    void release(Consumer<InFlightRequest> outcome) {
        if (inFlight != null) {
            outcome.accept(inFlight);
        }
    }
}
