package dev.slipway.parts.folder;

/** The servers with a port, and the settings that change it. The order is that within a block of ports. */
public enum PortName {
    API("api", "api.port"),
    GATEWAY("gateway", "gateway.port"),
    OBJECTS("objects", "objects.port"),
    POSTGRES("postgres", "database.port"),
    TEMPORAL("temporal", "temporal.port"),
    TEMPORAL_UI("temporal-ui", "temporal.ui-port");

    private final String key;
    private final String setting;

    PortName(String key, String setting) {
        this.key = key;
        this.setting = setting;
    }

    /** The name in the file of kept ports. */
    public String key() {
        return key;
    }

    /** The key of slipway.yml that moves this port. */
    public String setting() {
        return setting;
    }
}
