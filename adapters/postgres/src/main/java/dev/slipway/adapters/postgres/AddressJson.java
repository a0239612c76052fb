package dev.slipway.adapters.postgres;

import dev.slipway.domain.instance.Address;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** Addresses as their stored text. The older form, an object of host and port, is still read. */
final class AddressJson extends StdDeserializer<Address> {

    private AddressJson() {
        super(Address.class);
    }

    static SimpleModule module() {
        return new SimpleModule()
                .addSerializer(Address.class, new ToStringSerializer(Address.class))
                .addDeserializer(Address.class, new AddressJson());
    }

    @Override
    public Address deserialize(JsonParser parser, DeserializationContext context) {
        JsonNode node = context.readTree(parser);
        return node.isObject()
                ? new Address.Tcp(
                        node.path("host").asString(), node.path("port").asInt())
                : Address.parse(node.asString());
    }
}
