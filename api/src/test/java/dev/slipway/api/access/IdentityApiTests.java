package dev.slipway.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.RunningApi;
import dev.slipway.api.RunningApi.Answer;
import dev.slipway.formats.release.Release;
import java.net.InetAddress;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens and what clients ask before they call anything else. */
class IdentityApiTests {

    private static final RunningApi API = new RunningApi();

    @AfterAll
    static void close() {
        API.close();
    }

    @Test
    void tellsItsVersionWithoutCredentials() throws Exception {
        Answer version = API.send("GET", "/v3", "", Map.of());
        assertThat(version.status()).isEqualTo(200);
        assertThat(version.body().path("version").path("id").stringValue()).startsWith("v3");
        assertThat(version.body().path("slipway_version").stringValue()).isEqualTo(Release.version());
        Answer all = API.send("GET", "/", "", Map.of());
        assertThat(all.status()).isEqualTo(300);
        assertThat(all.body().path("slipway_version").stringValue()).isEqualTo(Release.version());
    }

    @Test
    void givesATokenOfTheProjectThatOpensItAndNoOther() throws Exception {
        Answer issued = login("acme", "alice", "wonderland", "{\"project\":{\"name\":\"one\"}}");
        assertThat(issued.status()).isEqualTo(201);
        String token = issued.header("X-Subject-Token");
        String project = issued.body().path("token").path("project").path("id").stringValue();
        assertThat(issued.body().path("token").path("catalog").toString()).contains("/v1/" + project);

        assertThat(models(token, project).status()).isEqualTo(200);
        String second = login("acme", "alice", "wonderland", "{\"project\":{\"name\":\"two\"}}")
                .body()
                .path("token")
                .path("project")
                .path("id")
                .stringValue();
        assertThat(second).isNotEqualTo(project);
        Answer other = models(token, second);
        assertThat(other.status()).isEqualTo(403);
        assertThat(other.message()).contains(second);
    }

    @Test
    void tellsAccountsOfTheSameProjectNameApart() throws Exception {
        String acme = projectOf("acme", "alice", "wonderland");
        String other = projectOf("other", "bob", "builder");

        assertThat(acme).isNotEqualTo(other);
        Answer strange = login("other", "alice", "wonderland", "{\"project\":{\"name\":\"one\"}}");
        assertThat(strange.status()).isEqualTo(401);
    }

    @Test
    void verifiesATokenOfAnotherUserOnlyWithinItsProject() throws Exception {
        String one = login("acme", "alice", "wonderland", "{\"project\":{\"name\":\"one\"}}")
                .header("X-Subject-Token");
        String two = login("acme", "alice", "wonderland", "{\"project\":{\"name\":\"two\"}}")
                .header("X-Subject-Token");
        Answer bobs = login("other", "bob", "builder", "{\"project\":{\"name\":\"one\"}}");
        String bob = bobs.header("X-Subject-Token");
        String project = bobs.body().path("token").path("project").path("id").stringValue();

        assertThat(verify(one, one).status()).isEqualTo(200);
        assertThat(verify(one, two).status()).as("her own").isEqualTo(200);
        // The tokens of the tests are of one user, in any project.
        assertThat(verify(RunningApi.token(project), bob).status())
                .as("of his project")
                .isEqualTo(200);
        Answer refused = verify(one, bob);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.message()).contains("ask with a token of its own project");
        assertThat(refused.header("X-Subject-Token")).isEmpty();
        assertThat(verify(bob, one).status()).isEqualTo(403);
    }

    private static Answer verify(String caller, String subject) throws Exception {
        return API.send("GET", "/v3/auth/tokens", "", Map.of("X-Auth-Token", caller, "X-Subject-Token", subject));
    }

    @Test
    void listsTheProjectsOfTheTokensOwnAccount() throws Exception {
        String token = login("acme", "alice", "wonderland", "{\"domain\":{\"name\":\"acme\"}}")
                .header("X-Subject-Token");

        Answer projects = API.send("GET", "/v3/projects?name=two", "", Map.of("X-Auth-Token", token));
        assertThat(projects.body().path("projects")).hasSize(1);
        assertThat(projects.body().path("projects").path(0).path("name").stringValue())
                .isEqualTo("two");
        assertThat(API.send("GET", "/v3/auth/domains", "", Map.of("X-Auth-Token", token))
                        .body()
                        .path("domains")
                        .path(0)
                        .path("name")
                        .stringValue())
                .isEqualTo("acme");
    }

    @ParameterizedTest
    @CsvSource({"alice, wrong, one", "nobody, wonderland, one", "alice, wonderland, nowhere"})
    void refusesWithoutSayingWhichWasWrong(String user, String password, String project) throws Exception {
        Answer refused = login("acme", user, password, "{\"project\":{\"name\":\"%s\"}}".formatted(project));

        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.header("X-Subject-Token")).isEmpty();
        assertThat(refused.body().path("error").path("code").asInt()).isEqualTo(401);
    }

    @Test
    void refusesATokenThatWasChangedOrIsMissing() throws Exception {
        String project = UUID.randomUUID().toString().replace("-", "");
        String token = RunningApi.token(project);
        String last = token.endsWith("A") ? "B" : "A";
        String middle = token.substring(0, 10) + (token.charAt(10) == 'A' ? 'B' : 'A') + token.substring(11);

        assertThat(models(token, project).status()).isEqualTo(200);
        assertThat(models(middle, project).status()).isEqualTo(401);
        assertThat(models(token.substring(0, token.length() - 2) + last, project)
                        .status())
                .isEqualTo(401);
        Answer without = API.send("GET", "/v1/" + project + "/models", "", Map.of());
        assertThat(without.status()).isEqualTo(401);
        assertThat(without.message()).contains("X-Auth-Token");
        assertThat(without.header("X-Request-Id")).isNotEmpty();
    }

    @Test
    void saysThatSignedCallsComeLater() throws Exception {
        Answer signed = API.send(
                "GET",
                "/v1/" + "0".repeat(32) + "/models",
                "",
                Map.of(
                        "Authorization",
                        "SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, SignedHeaders=host;x-sdk-date, Signature=7be6"));

        assertThat(signed.status()).isEqualTo(401);
        assertThat(signed.message()).containsIgnoringCase("later");
    }

    @Test
    void answersUnknownPathsAndMethodsInItsOwnWords() throws Exception {
        String project = "0".repeat(32);
        Answer path = API.call(project, "GET", "/nothing", "");
        assertThat(path.status()).isEqualTo(404);
        assertThat(path.message()).contains("there is no such path");
        Answer method = API.call(project, "PATCH", "/models", "");
        assertThat(method.status()).isEqualTo(405);
        assertThat(method.message()).contains("GET");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            {"project":{"name":"one","domain":{"name":"other"}}} | 401 | no project 'one' of domain 'other'
            {"project":{"name":"one","domain":{"id":"x"}}}       | 401 | no project 'one' of domain 'x'
            {"domain":{"name":"other"}}                          | 401 | the scope names domain 'other'
            {"domain":{"id":"x"}}                                | 401 | the scope names domain 'x'
            {"proj":{"name":"one"}}                              | 400 | 'auth.scope.proj': unknown field, did you mean 'project'?
            {"project":{"nam":"one","id":"x"}}                   | 400 | 'auth.scope.project.nam': unknown field, did you mean 'name'?
            {"project":{}}                                       | 400 | 'auth.scope.project': expected 'id' or 'name', found neither
            {"project":{"name":"one"},"project":{"name":"two"}}  | 400 | 'auth.scope.project': the key stands twice
            {"project":{"name":"o\\u0000ne"}}                    | 400 | 'auth.scope.project.name': a text has a NUL character
            {"project":{"name":NaN}}                             | 400 | 'NaN' is no number
            """)
    void takesTheScopeAtItsWord(String scope, int status, String message) throws Exception {
        Answer answer = login("acme", "alice", "wonderland", scope);

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
        assertThat(answer.message()).contains(message);
    }

    @Test
    void takesIdsInPlaceOfNames() throws Exception {
        Answer named =
                login("acme", "alice", "wonderland", "{\"project\":{\"name\":\"one\",\"domain\":{\"name\":\"acme\"}}}");
        var token = named.body().path("token");
        String user = token.path("user").path("id").stringValue();
        String domain = token.path("user").path("domain").path("id").stringValue();
        String project = token.path("project").path("id").stringValue();
        String scope = "{\"project\":{\"id\":\"%s\",\"domain\":{\"id\":\"%s\"}}}".formatted(project, domain);

        assertThat(issue(
                                "{\"name\":\"alice\",\"password\":\"wonderland\",\"domain\":{\"id\":\"%s\"}}"
                                        .formatted(domain),
                                scope)
                        .status())
                .isEqualTo(201);
        assertThat(issue("{\"id\":\"%s\",\"password\":\"wonderland\"}".formatted(user), scope)
                        .status())
                .isEqualTo(201);
        assertThat(issue("{\"name\":\"alice\",\"password\":\"wonderland\",\"domain\":{\"id\":\"x\"}}", scope)
                        .status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            {"name":"alice","password":2,"domain":{"name":"acme"}}            | 'auth.identity.password.user.password': expected a text, found the number 2
            {"name":"alice","password":"","domain":{"name":"acme"}}           | 'auth.identity.password.user.password': is empty
            {"name":"alice","password":"wonderland"}                          | 'auth.identity.password.user.domain': expected an object, found none
            {"nam":"alice","password":"wonderland","domain":{"name":"acme"}}  | did you mean 'name' by 'nam'?
            """)
    void namesTheFieldOfTheUserThatIsWrong(String user, String message) throws Exception {
        Answer answer = issue(user, "{\"project\":{\"name\":\"one\"}}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("ModelArts.0104");
        assertThat(answer.message()).contains(message);
    }

    @Test
    @Timeout(60)
    void putsOffGuessesAtAPasswordAndNobodyElse() throws Exception {
        InetAddress here = InetAddress.getByName("127.0.0.3");
        InetAddress elsewhere = InetAddress.getByName("127.0.0.4");
        for (int i = 0; i < 4; i++) {
            assertThat(login(here, "bob", "wrong" + i).status()).isEqualTo(401);
        }
        Answer putOff = login(here, "bob", "builder");
        assertThat(putOff.status()).isEqualTo(429);
        assertThat(putOff.header("Retry-After")).isEqualTo("1");
        assertThat(putOff.code()).isEqualTo("APIGW.0308");
        assertThat(putOff.message()).contains("too many wrong passwords of this user came from this address");
        assertThat(putOff.body().path("error").path("title").stringValue()).isEqualTo("Too Many Requests");

        assertThat(login(elsewhere, "bob", "builder").status()).isEqualTo(201);
        Answer again = login(here, "bob", "builder");
        while (again.status() == 429) {
            again = login(here, "bob", "builder");
        }
        assertThat(again.status()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, 10.1.2.3",
        "2001:db8:1:2:3:4:5:6, 20010db800010002",
        "2001:db8:1:2::9, 20010db800010002",
        "2001:db8:1:3::9, 20010db800010003",
        "0:0:0:0:0:ffff:10.1.2.3, 0:0:0:0:0:ffff:10.1.2.3"
    })
    void tellsSourcesApartByAddressOrNetwork(String address, String source) {
        assertThat(Sources.of(address)).isEqualTo(source);
    }

    private static Answer login(InetAddress source, String user, String password) throws Exception {
        return API.raw(source, "POST /v3/auth/tokens HTTP/1.0", """
                {"auth":{"identity":{"methods":["password"],"password":{"user":
                  {"name":"%s","password":"%s","domain":{"name":"other"}}}},"scope":{"project":{"name":"one"}}}}
                """.formatted(user, password));
    }

    private static String projectOf(String account, String user, String password) throws Exception {
        return login(account, user, password, "{\"project\":{\"name\":\"one\"}}")
                .body()
                .path("token")
                .path("project")
                .path("id")
                .stringValue();
    }

    private static Answer models(String token, String project) throws Exception {
        return API.send("GET", "/v1/" + project + "/models", "", Map.of("X-Auth-Token", token));
    }

    private static Answer login(String account, String user, String password, String scope) throws Exception {
        return issue(
                "{\"name\":\"%s\",\"password\":\"%s\",\"domain\":{\"name\":\"%s\"}}".formatted(user, password, account),
                scope);
    }

    private static Answer issue(String user, String scope) throws Exception {
        return API.send(
                "POST",
                "/v3/auth/tokens",
                "{\"auth\":{\"identity\":{\"methods\":[\"password\"],\"password\":{\"user\":%s}},\"scope\":%s}}"
                        .formatted(user, scope),
                Map.of());
    }
}
