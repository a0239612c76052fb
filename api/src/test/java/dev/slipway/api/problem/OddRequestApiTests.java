package dev.slipway.api.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.RunningApi;
import dev.slipway.api.RunningApi.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that no well-behaved client sends: each is answered in the form of all others. */
class OddRequestApiTests {

    private static final RunningApi API = new RunningApi();
    private static final String PROJECT = "0123456789abcdef0123456789abcdef";
    private static final String MODEL = """
            {"model_name":"%s","model_version":"0.0.1","model_type":"Custom",
             "source_location":"https://models.obs.local/iris/"}""";

    @AfterAll
    static void close() {
        API.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: application/x-www-form-urlencoded",
                "Content-Type: multipart/form-data",
                "Content-Type: */*",
                "Content-Type: nonsense",
                "Accept: application/xml"
            })
    void readsTheBodyAsJsonWhateverItsContentType(String header) throws Exception {
        String name = "m" + Integer.toHexString(header.hashCode());

        Answer created = API.raw(head("POST", "/models", header), MODEL.formatted(name));
        assertThat(created.status()).as(created.body().toString()).isEqualTo(200);
        Answer refused = API.raw(head("PUT", "/services/x", header), "{}");
        assertThat(refused.code()).isEqualTo("ModelArts.3502");
        Answer twice = API.raw(head("POST", "/models", header), MODEL.formatted(name));
        assertThat(twice.status()).isEqualTo(409);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/xml",
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                "image/png",
                "%%"
            })
    void answersJsonWhateverIsAccepted(String accepted) throws Exception {
        Answer answer = API.raw(head("GET", "/models", "Accept: " + accepted), "");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(API.raw(head("GET", "/models/x", "Accept: " + accepted), "").code())
                .isEqualTo("ModelArts.3001");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            /models?model_name=a%00b            | 'model_name': expected no NUL character
            /services?service_id=a%00           | 'service_id': expected no NUL character
            /models?model_name=%FF              | 'model_name': expected UTF-8 with %XX escapes, found '%FF'
            /models?model_name=%zz              | 'model_name': expected UTF-8
            /models?order=foo                   | 'order': expected one of [asc, desc], found 'foo'
            /models?sort_by=foo                 | 'sort_by': expected one of [create_at, model_version, model_size], found 'foo'
            /models?model_status=foo            | 'model_status': expected one of [publishing, published, failed, building, building_failed]
            /models?exact_match=foo             | 'exact_match': expected one of [true, false], found 'foo'
            /models?offset=2147483647           | 'offset': expected a whole number from 0 to 999999999, found '2147483647'
            /services?order=foo                 | 'order': expected one of [asc, desc], found 'foo'
            /services?sort_by=foo               | 'sort_by': expected one of [publish_at, service_name, transition_at], found 'foo'
            /services?status=foo                | 'status': expected one of [deploying, running,
            /services?infer_type=foo            | 'infer_type': expected one of [real-time, batch, edge], found 'foo'
            """)
    void namesTheQueryParameterThatIsWrong(String path, String message) throws Exception {
        Answer answer = API.raw(head("GET", path, "X-A: b"), "");

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("ModelArts.0104");
        assertThat(answer.message()).contains(message);
    }

    @Test
    void namesTheQueryParameterOfEventsThatIsWrong() throws Exception {
        String id = API.raw(head("POST", "/models", "X-A: b"), MODEL.formatted("eventful"))
                .body()
                .path("model_id")
                .stringValue();

        assertThat(API.raw(head("GET", "/models/" + id + "/events?event_info=%00", "X-A: b"), "")
                        .message())
                .contains("'event_info': expected no NUL");
        assertThat(API.raw(head("GET", "/models/" + id + "/events?event_type=foo", "X-A: b"), "")
                        .message())
                .contains("'event_type': expected one of [normal, abnormal], found 'foo'");
        assertThat(API.raw(head("GET", "/models/" + id + "/events?sort_by=foo", "X-A: b"), "")
                        .message())
                .contains("'sort_by': expected one of [occur_time]");
        assertThat(API.raw(head("GET", "/models?description=%E8%AF%B4+x", "X-A: b"), "")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /models/x%2Fy, 404, ModelArts.3001",
        "GET, /models/x%5Cy, 404, ModelArts.3001",
        "GET, /models/x%00, 400, ModelArts.0101",
        "GET, /models/%zz, 400, ModelArts.0101",
        "GET, /models/%FF, 400, ModelArts.0101",
        "TRACE, /models, 405, ModelArts.0101"
    })
    void answersOddPathsAndMethods(String method, String path, int status, String code) throws Exception {
        Answer answer = API.raw(head(method, path, "X-A: b"), "");

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.header("X-Request-Id")).hasSize(32);
        assertThat(answer.body().path("request_id").stringValue()).isEqualTo(answer.header("X-Request-Id"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            CONNECT /models HTTP/1.1                         | 501 | such as GET
            GET /v3 HTTP/9.1                                 | 505 | expected HTTP/1.1
            POST /v3 HTTP/1.1;Transfer-Encoding: gzip,chunked| 501 | only 'chunked'
            GET /v3 HTTP/1.1;Host: another                   | 400 | one Host header
            GET /nowhere HTTP/1.0                            | 404 | GET /openapi.json names
            """)
    void tellsAClientThatTheFaultIsItsOwn(String head, int status, String message) throws Exception {
        Answer answer = API.raw(head.strip().replace(";", "\n") + "\nConnection: close", "");

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo("ModelArts.0101");
        assertThat(answer.message()).contains(message);
    }

    @Test
    void refusesABodyThatIsEncoded() throws Exception {
        Answer refused = API.raw(head("POST", "/models", "Content-Encoding: gzip"), MODEL.formatted("encoded"));
        assertThat(refused.status()).isEqualTo(415);
        assertThat(refused.code()).isEqualTo("ModelArts.0101");
        assertThat(refused.message()).contains("without Content-Encoding, found 'gzip'");

        assertThat(API.raw(head("POST", "/models", "Content-Encoding: identity"), MODEL.formatted("encoded"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void answersHeadsThatAreTooLong() throws Exception {
        for (String head : new String[] {
            head("GET", "/models", "X-Long: " + "x".repeat(60_000)),
            head("GET", "/models", "X-Many: x\n".repeat(150) + "X-Last: x"),
            head("GET", "/models", "X-Long: " + "x".repeat(60_000)).replace("HTTP/1.0", "HTTP/1.1")
        }) {
            Answer answer = API.raw(head, "");
            assertThat(answer.status()).isEqualTo(431);
            assertThat(answer.code()).isEqualTo("ModelArts.0101");
            assertThat(answer.message()).contains("headers are longer than 8 KiB, or more than 100");
            assertThat(answer.header("X-Request-Id")).hasSize(32);
        }
        for (String path : new String[] {"/" + "x".repeat(9_000), "/models?x=" + "y".repeat(60_000)}) {
            Answer answer = API.raw(head("GET", path, "X-A: b"), "");
            assertThat(answer.status()).isEqualTo(414);
            assertThat(answer.code()).isEqualTo("ModelArts.0101");
            assertThat(answer.message()).contains("address is longer than 8 KiB");
        }
    }

    @Test
    void refusesBodiesThatAreEmptyOrTooLong() throws Exception {
        Answer empty = API.raw("POST /v3/auth/tokens HTTP/1.0", "");
        assertThat(empty.status()).isEqualTo(400);
        assertThat(empty.message()).contains("expected a JSON object, found nothing");
        Answer large = API.raw(head("POST", "/models", "X-A: b"), " ".repeat((1 << 20) + 1));
        assertThat(large.status()).isEqualTo(400);
        assertThat(large.message()).contains("at most 1048576 bytes");
        for (String head : new String[] {"POST /v3/auth/tokens HTTP/1.0", chunked("/v3/auth/tokens")}) {
            String blanks = " ".repeat((64 << 10) + 1);
            boolean inChunks = head.contains("chunked");
            Answer token = API.raw(head, inChunks ? "10001\r\n%s\r\n0\r\n\r\n".formatted(blanks) : blanks);
            assertThat(token.status()).as(head).isEqualTo(400);
            assertThat(token.message()).contains("at most 65536 bytes");
        }
    }

    @Test
    void refusesABodyInBrokenChunks() throws Exception {
        Answer answer = API.raw(
                head("POST", "/models", "Connection: close\nTransfer-Encoding: chunked")
                        .replace("HTTP/1.0", "HTTP/1.1"),
                "zz\r\n");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains("a body of the length or the chunks");
    }

    @Test
    void refusesTwoTokens() throws Exception {
        String token = RunningApi.token(PROJECT);

        Answer answer = API.raw(head("GET", "/models", "X-Auth-Token: " + token), "");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.message()).contains("expected one header X-Auth-Token, found 2");
    }

    private static String chunked(String path) {
        return "POST %s HTTP/1.1\nConnection: close\nTransfer-Encoding: chunked".formatted(path);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/p/services/x/monitor, 404, monitor of a service",
        "GET, /v1/p/clusters, 404, dedicated resource pools",
        "GET, /v1/p/services/tms/tags, 404, tags of all services",
        "POST, /v1/p/services/x/tags/create, 404, tags of a service",
        "GET, /v1/p/app-auth/apps, 404, APP authentication",
        "POST, /v1/p/services/x/app-auth-api, 404, APP authentication of a service",
        "PUT, /v1/p/services/x/property, 404, change of one property of a service",
        "GET, /v1/p/services/x/predict/endpoints, 404, direct endpoints of a service",
        "GET, /v2/p/services, 404, API of version 2",
        "PATCH, /v1/p/services/x, 405, patch of a service"
    })
    void namesCallsOfTheGuideThatAreNotBuilt(String method, String path, int status, String name) throws Exception {
        Answer answer = API.raw("%s %s HTTP/1.0".formatted(method, path), "");

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo("ModelArts.0101");
        assertThat(answer.message()).contains("the guide's call '" + name + "' is not built yet");
    }

    private static String head(String method, String path, String header) {
        return "%s /v1/%s%s HTTP/1.0\nX-Auth-Token: %s\n%s"
                .formatted(method, PROJECT, path, RunningApi.token(PROJECT), header);
    }
}
