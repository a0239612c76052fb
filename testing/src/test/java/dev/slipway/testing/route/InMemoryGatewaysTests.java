package dev.slipway.testing.route;

import dev.slipway.domain.route.GatewayLink;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.route.RouteDocument;
import java.time.Clock;

class InMemoryGatewaysTests extends GatewaysContract {

    private final InMemoryGateways register = new InMemoryGateways(Clock.systemUTC());
    private final GatewayLink link = register.link();

    @Override
    protected Gateways gateways() {
        return register;
    }

    @Override
    protected GatewayLink link() {
        return link;
    }

    @Override
    protected void publish(RouteDocument document) {
        register.publish(document);
    }

    @Override
    protected void erase(String service) {
        register.erase(service);
    }
}
