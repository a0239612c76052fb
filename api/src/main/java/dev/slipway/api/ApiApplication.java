package dev.slipway.api;

import dev.slipway.api.settings.ApiProperties;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** The API as a running thing. {@link #start} returns when it answers. */
public final class ApiApplication implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private ApiApplication(ConfigurableApplicationContext context) {
        this.context = context;
    }

    public static ApiApplication start(ApiProperties properties) {
        return new ApiApplication(new SpringApplicationBuilder(ApiConfiguration.class)
                .web(WebApplicationType.SERVLET)
                .bannerMode(Banner.Mode.OFF)
                .logStartupInfo(false)
                .registerShutdownHook(false)
                .properties(settings(properties))
                .initializers(context ->
                        ((GenericApplicationContext) context).registerBean(ApiProperties.class, () -> properties))
                .run());
    }

    /** The port that it listens on. */
    public int port() {
        return java.util.Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer())
                .getPort();
    }

    /** Accepts no more requests and ends those that run. */
    @Override
    public void close() {
        context.close();
    }

    private static Map<String, Object> settings(ApiProperties properties) {
        return Map.ofEntries(
                Map.entry("server.address", properties.host()),
                Map.entry("server.port", Integer.toString(properties.port())),
                Map.entry("server.shutdown", "graceful"),
                Map.entry("server.error.whitelabel.enabled", "false"),
                Map.entry("server.tomcat.relaxed-query-chars", "[,],{,},|"),
                Map.entry("spring.lifecycle.timeout-per-shutdown-phase", "10s"),
                Map.entry("spring.threads.virtual.enabled", "true"),
                // Bodies are JSON whatever their content type, see SentBodyResolver.
                Map.entry("spring.mvc.formcontent.filter.enabled", "false"),
                Map.entry("spring.servlet.multipart.enabled", "false"),
                Map.entry("spring.mvc.problemdetails.enabled", "false"),
                // The rest is what the records of the wire say of themselves.
                Map.entry("spring.jackson.mapper.sort-properties-alphabetically", "false"),
                Map.entry("spring.main.allow-bean-definition-overriding", "false"));
    }
}
