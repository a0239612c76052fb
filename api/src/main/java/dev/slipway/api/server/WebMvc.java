package dev.slipway.api.server;

import dev.slipway.formats.wire.WireJson;
import jakarta.servlet.Servlet;
import java.util.List;
import java.util.Map;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.accept.ContentNegotiationManager;
import org.springframework.web.accept.FixedContentNegotiationStrategy;
import org.springframework.web.context.support.GenericWebApplicationContext;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.servlet.mvc.HttpRequestHandlerAdapter;
import org.springframework.web.servlet.mvc.method.annotation.ExceptionHandlerExceptionResolver;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.servlet.mvc.support.DefaultHandlerExceptionResolver;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/**
 * Spring's dispatch of requests to controllers, with only the parts that the API needs, configured without Spring Boot. Answers are JSON,
 * whatever the header Accept is.
 */
public final class WebMvc {

    private final RequestMappingHandlerMapping routes = new RequestMappingHandlerMapping();
    private final ContentNegotiationManager types =
            new ContentNegotiationManager(new FixedContentNegotiationStrategy(MediaType.APPLICATION_JSON));
    private final List<HttpMessageConverter<?>> converters =
            List.of(new JacksonJsonHttpMessageConverter(WireJson.mapper()));

    /** The routes; complete once the servlet of {@link #servlet} serves. */
    public RequestMappingHandlerMapping routes() {
        return routes;
    }

    /**
     * The servlet of these controllers. To be called once.
     *
     * @param advice has the methods that turn failures into answers
     * @param resolvers of the parameters that controllers take
     */
    public Servlet servlet(List<Object> controllers, Object advice, List<HandlerMethodArgumentResolver> resolvers) {
        GenericWebApplicationContext context = new GenericWebApplicationContext();
        // Not the environment of a servlet, which searches settings in JNDI.
        context.setEnvironment(new StandardEnvironment());
        controllers.forEach(controller ->
                context.getBeanFactory().registerSingleton(controller.getClass().getName(), controller));
        context.getBeanFactory().registerSingleton(advice.getClass().getName(), advice);
        context.registerBean(RequestMappingHandlerMapping.class, this::mapping);
        context.registerBean(SimpleUrlHandlerMapping.class, WebMvc::unknownPaths);
        context.registerBean(RequestMappingHandlerAdapter.class, () -> adapter(resolvers));
        context.registerBean(HttpRequestHandlerAdapter.class, HttpRequestHandlerAdapter::new);
        context.registerBean(ExceptionHandlerExceptionResolver.class, this::failures);
        context.registerBean(DefaultHandlerExceptionResolver.class, WebMvc::failuresOfFailures);
        return new DispatcherServlet(context);
    }

    private RequestMappingHandlerMapping mapping() {
        routes.setOrder(0);
        routes.setContentNegotiationManager(types);
        return routes;
    }

    private RequestMappingHandlerAdapter adapter(List<HandlerMethodArgumentResolver> resolvers) {
        RequestMappingHandlerAdapter adapter = new RequestMappingHandlerAdapter();
        adapter.setMessageConverters(converters);
        adapter.setContentNegotiationManager(types);
        adapter.setCustomArgumentResolvers(resolvers);
        return adapter;
    }

    private ExceptionHandlerExceptionResolver failures() {
        ExceptionHandlerExceptionResolver failures = new ExceptionHandlerExceptionResolver();
        failures.setOrder(0);
        // Also for requests to unknown paths, which have no controller.
        failures.setMappedHandlerPredicate(handler -> true);
        failures.setMessageConverters(converters);
        failures.setContentNegotiationManager(types);
        return failures;
    }

    private static DefaultHandlerExceptionResolver failuresOfFailures() {
        DefaultHandlerExceptionResolver failures = new DefaultHandlerExceptionResolver();
        failures.setOrder(1);
        return failures;
    }

    /** An unknown path is a failure like others, answered by the advice. */
    private static SimpleUrlHandlerMapping unknownPaths() {
        HttpRequestHandler unknown = (request, response) -> {
            throw new NoResourceFoundException(
                    HttpMethod.valueOf(request.getMethod()), request.getRequestURI(), request.getRequestURI());
        };
        return new SimpleUrlHandlerMapping(Map.of("/**", unknown), 1);
    }
}
