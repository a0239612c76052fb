package dev.slipway.adapters.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.route.RouteDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressJsonTests {

    private static final InstanceId INSTANCE = new InstanceId(new InstanceSetId("set"), 0, 1);

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1:80", "unix:/run/i.sock"})
    void keepsEveryKindAsItsText(String address) {
        RouteDocument.Endpoint endpoint = new RouteDocument.Endpoint(INSTANCE, Address.parse(address));
        String json = PostgresJson.write(endpoint);

        assertThat(json).contains("\"address\":\"%s\"".formatted(address));
        assertThat(PostgresJson.read(json, RouteDocument.Endpoint.class)).isEqualTo(endpoint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"host\":\"10.0.0.1\",\"port\":80}", "\"10.0.0.1:80\""})
    void readsWhatWasStoredBeforeThereWereSeveralKinds(String json) {
        assertThat(PostgresJson.read(json, Address.class)).isEqualTo(new Address.Tcp("10.0.0.1", 80));
    }
}
