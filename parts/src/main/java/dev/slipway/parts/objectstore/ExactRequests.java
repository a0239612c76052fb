package dev.slipway.parts.objectstore;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stands before S3Proxy: refuses what it would take for another key or ignore, and keeps bodies from being read as forms or as text,
 * whatever their content type says. Parameters of a request are those of its address alone.
 */
final class ExactRequests implements Filter {

    private static final int NOT_IMPLEMENTED = 501;
    private static final String COPY_SOURCE = "x-amz-copy-source";

    @Override
    public void doFilter(ServletRequest any, ServletResponse answer, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest request = (HttpServletRequest) any;
        HttpServletResponse response = (HttpServletResponse) answer;
        String problem = problemOfAddress("the path", request.getRequestURI());
        String source = request.getHeader(COPY_SOURCE);
        if (problem == null && source != null) {
            problem = problemOfAddress(COPY_SOURCE, source);
        }
        if (problem != null) {
            refuse(response, HttpServletResponse.SC_BAD_REQUEST, "InvalidURI", problem);
            return;
        }
        String ignored = ignored(request);
        if (ignored != null) {
            refuse(response, NOT_IMPLEMENTED, "NotImplemented", ignored);
            return;
        }
        WithoutForm exact;
        try {
            exact = new WithoutForm(request);
        } catch (IllegalArgumentException notEscaped) {
            refuse(
                    response,
                    HttpServletResponse.SC_BAD_REQUEST,
                    "InvalidURI",
                    "'%' in the parameters is not followed by two hexadecimal digits: write %25 for a percent sign");
            return;
        }
        chain.doFilter(exact, response);
    }

    /** What S3Proxy would pass over; null if there is nothing. */
    private static @Nullable String ignored(HttpServletRequest request) {
        if (request.getHeader("x-amz-tagging") != null) {
            return "this server keeps no tags: leave out x-amz-tagging";
        }
        boolean isCopy = request.getHeader(COPY_SOURCE) != null;
        if (isCopy && (request.getHeader("If-Match") != null || request.getHeader("If-None-Match") != null)) {
            return "this server checks no condition on what a copy replaces: leave out If-Match and If-None-Match";
        }
        return null;
    }

    /** Null if the key is written so that there is only one reading of it. */
    private static @Nullable String problemOfAddress(String where, String path) {
        if (path.indexOf('+') >= 0) {
            return where + ": '+' is read as a space by some and as a plus sign by others: write %20 or %2B";
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(path.length());
        for (int i = 0; i < path.length(); i++) {
            char each = path.charAt(i);
            if (each != '%') {
                bytes.writeBytes(String.valueOf(each).getBytes(StandardCharsets.UTF_8));
                continue;
            }
            if (!isEscape(path, i)) {
                return where + ": '%' is not followed by two hexadecimal digits: write %25 for a percent sign";
            }
            bytes.write(Integer.parseInt(path, i + 1, i + 3, 16));
            i += 2;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray()));
            return null;
        } catch (CharacterCodingException e) {
            return where + " is not valid UTF-8: write the UTF-8 bytes of the key, escaped by percent signs";
        }
    }

    private static boolean isEscape(String path, int at) {
        return at + 2 < path.length()
                && Character.digit(path.charAt(at + 1), 16) >= 0
                && Character.digit(path.charAt(at + 2), 16) >= 0;
    }

    private static void refuse(HttpServletResponse response, int status, String code, String message)
            throws IOException {
        byte[] body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>%s</Code><Message>%s</Message></Error>"
                .formatted(code, message)
                .getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType("application/xml");
        response.setContentLength(body.length);
        // The body is not read, so that the connection cannot be used again.
        response.setHeader("Connection", "close");
        response.getOutputStream().write(body);
    }

    private static final class WithoutForm extends HttpServletRequestWrapper {

        private final Map<String, String[]> parameters;

        WithoutForm(HttpServletRequest request) {
            super(request);
            this.parameters = parameters(request.getQueryString());
        }

        private static Map<String, String[]> parameters(@Nullable String query) {
            Map<String, List<String>> values = new LinkedHashMap<>();
            if (query != null) {
                for (String pair : query.split("&", -1)) {
                    if (pair.isEmpty()) {
                        continue;
                    }
                    int equals = pair.indexOf('=');
                    String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
                    String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
                    values.computeIfAbsent(name, none -> new ArrayList<>()).add(value);
                }
            }
            Map<String, String[]> parameters = new LinkedHashMap<>();
            values.forEach((name, all) -> parameters.put(name, all.toArray(String[]::new)));
            return Collections.unmodifiableMap(parameters);
        }

        private static String decoded(String text) {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        }

        /** As its client wrote it: the server's own answer needs a charset that this JVM knows. */
        @Override
        public @Nullable String getContentType() {
            return getHeader("Content-Type");
        }

        /** A body is bytes. */
        @Override
        public @Nullable String getCharacterEncoding() {
            return null;
        }

        @Override
        public @Nullable String getParameter(String name) {
            String[] values = parameters.get(name);
            return values == null ? null : values[0];
        }

        @Override
        public Map<String, String[]> getParameterMap() {
            return parameters;
        }

        @Override
        public Enumeration<String> getParameterNames() {
            return Collections.enumeration(parameters.keySet());
        }

        @Override
        public String @Nullable [] getParameterValues(String name) {
            return parameters.get(name);
        }
    }
}
