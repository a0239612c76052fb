package dev.slipway.api.access;

import dev.slipway.api.body.FromStrangers;
import dev.slipway.api.body.SentBody;
import dev.slipway.api.query.ListQuery;
import dev.slipway.api.settings.ApiProperties;
import dev.slipway.domain.access.Account;
import dev.slipway.domain.access.AccountStore;
import dev.slipway.domain.access.Project;
import dev.slipway.domain.access.TokenClaims;
import dev.slipway.domain.access.TokenService;
import dev.slipway.domain.access.TokenSigner;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotAllowed;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/** The part of the identity API that clients need before they can call anything else (wire contract 7 and 16). */
@RestController
class IdentityController {

    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final String SUBJECT_TOKEN = "X-Subject-Token";

    private final TokenService tokenService;
    private final TokenSigner signer;
    private final AccountStore accounts;
    private final CallerResolver callers;
    private final ApiProperties properties;

    IdentityController(
            TokenService tokenService,
            TokenSigner signer,
            AccountStore accounts,
            CallerResolver callers,
            ApiProperties properties) {
        this.tokenService = tokenService;
        this.signer = signer;
        this.accounts = accounts;
        this.callers = callers;
        this.properties = properties;
    }

    /** Asked before anything else, without credentials. */
    @GetMapping({"/v3", "/v3/"})
    Map<String, Object> version(HttpServletRequest request) {
        return Map.of("version", versionOf(request));
    }

    @GetMapping("/")
    ResponseEntity<Map<String, Object>> versions(HttpServletRequest request) {
        return ResponseEntity.status(HttpStatus.MULTIPLE_CHOICES)
                .body(Map.of("versions", Map.of("values", List.of(versionOf(request)))));
    }

    @PostMapping("/v3/auth/tokens")
    ResponseEntity<Map<String, Object>> issue(
            @FromStrangers SentBody body, ListQuery query, HttpServletRequest request) {
        TokenService.Issued issued = tokenService.issue(TokenRequestReader.read(body.bytes()), Sources.of(request));
        return ResponseEntity.status(HttpStatus.CREATED)
                .header(SUBJECT_TOKEN, issued.token())
                .body(Map.of("token", tokenBody(issued.claims(), !query.has("nocatalog"), request)));
    }

    @RequestMapping(
            path = "/v3/auth/tokens",
            method = {RequestMethod.GET, RequestMethod.HEAD})
    ResponseEntity<Map<String, Object>> verify(HttpServletRequest request) {
        callers.claims(request);
        String subject = request.getHeader(SUBJECT_TOKEN);
        if (subject == null) {
            throw new NotAllowed(ErrorCode.TOKEN_UNKNOWN, "the header X-Subject-Token is missing");
        }
        TokenClaims claims = signer.verify(subject);
        return ResponseEntity.ok()
                .header(SUBJECT_TOKEN, subject)
                .body(Map.of("token", tokenBody(claims, true, request)));
    }

    @GetMapping({"/v3/projects", "/v3/auth/projects"})
    Map<String, Object> projects(ListQuery query, HttpServletRequest request) {
        String name = query.text("name");
        TokenClaims claims = callers.claims(request);
        List<Map<String, Object>> found = accounts.projects(accountOf(claims)).stream()
                .filter(project -> name == null || project.name().equals(name))
                .map(project -> projectBody(project, request))
                .toList();
        return Map.of("projects", found, "links", Map.of("self", base(request) + "/v3/projects"));
    }

    @GetMapping("/v3/auth/domains")
    Map<String, Object> domains(HttpServletRequest request) {
        Account account = accountOf(callers.claims(request));
        return Map.of(
                "domains",
                List.of(Map.of("id", account.id(), "name", account.name(), "enabled", true, "description", "")),
                "links",
                Map.of("self", base(request) + "/v3/auth/domains"));
    }

    @GetMapping("/v3/users")
    Map<String, Object> users(ListQuery query, HttpServletRequest request) {
        String name = query.text("name");
        TokenClaims claims = callers.claims(request);
        List<Map<String, Object>> found = accounts.userNames(accountOf(claims)).stream()
                .filter(user -> name == null || user.equals(name))
                .flatMap(user -> accounts.user(claims.domainName(), user).stream())
                .map(user -> Map.<String, Object>of(
                        "id",
                        user.id(),
                        "name",
                        user.name(),
                        "domain_id",
                        user.account().id(),
                        "enabled",
                        true))
                .toList();
        return Map.of("users", found, "links", Map.of("self", base(request) + "/v3/users"));
    }

    private Account accountOf(TokenClaims claims) {
        return accounts.account(claims.domainId())
                .orElseThrow(() -> new NotAllowed(
                        ErrorCode.TOKEN_INVALID,
                        "account '%s' does not exist any more".formatted(claims.domainName())));
    }

    private Map<String, Object> tokenBody(TokenClaims claims, boolean withCatalog, HttpServletRequest request) {
        Map<String, Object> domain = Map.of("id", claims.domainId(), "name", claims.domainName());
        Map<String, Object> token = new LinkedHashMap<>();
        token.put("methods", List.of("password"));
        token.put("expires_at", time(claims.expiresAt()));
        token.put("issued_at", time(claims.issuedAt()));
        token.put(
                "user",
                Map.of("id", claims.userId(), "name", claims.userName(), "domain", domain, "password_expires_at", ""));
        var project = claims.projectId();
        var projectName = claims.projectName();
        if (project != null && projectName != null) {
            token.put("project", Map.of("id", project.value(), "name", projectName, "domain", domain));
        } else {
            token.put("domain", domain);
        }
        token.put("roles", List.of(Map.of("id", "0", "name", "te_admin")));
        if (withCatalog) {
            token.put("catalog", project == null ? List.of() : catalog(project.value(), base(request)));
        }
        return token;
    }

    private List<Map<String, Object>> catalog(String project, String base) {
        return List.of(
                catalogued("modelarts", base + "/v1/" + project),
                catalogued("modelartsv1", base + "/v1/" + project),
                catalogued("identity", base + "/v3"));
    }

    private Map<String, Object> catalogued(String type, String url) {
        Map<String, Object> endpoint = Map.of(
                "id",
                type + "-public",
                "region",
                properties.region(),
                "region_id",
                properties.region(),
                "interface",
                "public",
                "url",
                url);
        return Map.of("type", type, "id", type, "name", type, "endpoints", List.of(endpoint));
    }

    private Map<String, Object> projectBody(Project project, HttpServletRequest request) {
        return Map.of(
                "id", project.id().value(),
                "name", project.name(),
                "domain_id", project.account().id(),
                "parent_id", project.account().id(),
                "is_domain", false,
                "enabled", true,
                "description", "",
                "links", Map.of("self", base(request) + "/v3/projects/" + project.id()));
    }

    private Map<String, Object> versionOf(HttpServletRequest request) {
        return Map.of(
                "id",
                "v3.6",
                "status",
                "stable",
                "updated",
                "2016-04-04T00:00:00Z",
                "media-types",
                List.of(Map.of("base", "application/json", "type", "application/vnd.openstack.identity-v3+json")),
                "links",
                List.of(Map.of("rel", "self", "href", base(request) + "/v3/")));
    }

    private String base(HttpServletRequest request) {
        String configured = properties.publicUrl();
        if (configured != null) {
            return configured;
        }
        return "%s://%s:%d".formatted(request.getScheme(), request.getServerName(), request.getServerPort());
    }

    private static String time(Instant instant) {
        return MICROSECONDS.format(instant);
    }
}
