package dev.slipway.api.access;

import dev.slipway.api.body.Sent;
import dev.slipway.api.body.SentAs;
import dev.slipway.api.body.SentBody;
import dev.slipway.api.body.WithoutToken;
import dev.slipway.api.header.AnswerHeader;
import dev.slipway.api.header.SubjectToken;
import dev.slipway.api.query.ListQuery;
import dev.slipway.api.query.QueryParameters;
import dev.slipway.api.settings.ApiProperties;
import dev.slipway.domain.access.Account;
import dev.slipway.domain.access.AccountStore;
import dev.slipway.domain.access.Project;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.access.TokenClaims;
import dev.slipway.domain.access.TokenService;
import dev.slipway.domain.access.TokenSigner;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotAllowed;
import dev.slipway.formats.access.DomainList;
import dev.slipway.formats.access.IdentityVersion;
import dev.slipway.formats.access.Links;
import dev.slipway.formats.access.ProjectList;
import dev.slipway.formats.access.TokenAnswer;
import dev.slipway.formats.access.UserList;
import dev.slipway.formats.release.Release;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The part of the identity API that clients need before they can call anything else (wire contract 7 and 16). */
@RestController
class IdentityController {

    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final TokenService tokenService;
    private final TokenSigner signer;
    private final AccountStore accounts;
    private final ApiProperties properties;

    IdentityController(TokenService tokenService, TokenSigner signer, AccountStore accounts, ApiProperties properties) {
        this.tokenService = tokenService;
        this.signer = signer;
        this.accounts = accounts;
        this.properties = properties;
    }

    /** Called by clients first, without credentials. */
    @GetMapping({"/v3", "/v3/"})
    IdentityVersion.One version(HttpServletRequest request) {
        return new IdentityVersion.One(versionOf(request), Release.version());
    }

    @GetMapping("/")
    @ResponseStatus(HttpStatus.MULTIPLE_CHOICES)
    IdentityVersion.All versions(HttpServletRequest request) {
        return new IdentityVersion.All(new IdentityVersion.Values(List.of(versionOf(request))), Release.version());
    }

    @PostMapping("/v3/auth/tokens")
    @AnswerHeader(name = SubjectToken.HEADER, purpose = "The token, to be sent as X-Auth-Token.")
    @ResponseStatus(HttpStatus.CREATED)
    TokenAnswer issue(
            @WithoutToken @SentAs(Sent.TOKEN) SentBody body,
            @QueryParameters("nocatalog") ListQuery query,
            HttpServletRequest request,
            HttpServletResponse response) {
        TokenService.Issued issued = tokenService.issue(TokenRequestReader.read(body.bytes()), Sources.of(request));
        response.setHeader(SubjectToken.HEADER, issued.token());
        return answer(issued.claims(), !query.has("nocatalog"), request);
    }

    @RequestMapping(
            path = "/v3/auth/tokens",
            method = {RequestMethod.GET, RequestMethod.HEAD})
    @AnswerHeader(name = SubjectToken.HEADER, purpose = "The token that was asked about.")
    TokenAnswer verify(
            TokenClaims caller, SubjectToken subject, HttpServletRequest request, HttpServletResponse response) {
        TokenClaims claims = signer.verify(subject.text());
        if (!mayVerify(caller, claims)) {
            throw new NotAllowed(
                    ErrorCode.NOT_AUTHORISED,
                    "the token in X-Subject-Token is another user's and not of the project of the token in X-Auth-Token: ask with a token of its own project");
        }
        response.setHeader(SubjectToken.HEADER, subject.text());
        return answer(claims, true, request);
    }

    /** A token of another user only within one project: it tells names, times and what its user may do. */
    private static boolean mayVerify(TokenClaims caller, TokenClaims subject) {
        ProjectId project = subject.projectId();
        return subject.userId().equals(caller.userId()) || (project != null && project.equals(caller.projectId()));
    }

    @GetMapping({"/v3/projects", "/v3/auth/projects"})
    ProjectList projects(TokenClaims caller, @QueryParameters("name") ListQuery query, HttpServletRequest request) {
        String name = query.text("name");
        return new ProjectList(
                accounts.projects(accountOf(caller)).stream()
                        .filter(project -> name == null || project.name().equals(name))
                        .map(project -> shown(project, request))
                        .toList(),
                new Links(base(request) + "/v3/projects"));
    }

    @GetMapping("/v3/auth/domains")
    DomainList domains(TokenClaims caller, HttpServletRequest request) {
        Account account = accountOf(caller);
        return new DomainList(
                List.of(new DomainList.DomainShown(account.id(), account.name(), true, "")),
                new Links(base(request) + "/v3/auth/domains"));
    }

    @GetMapping("/v3/users")
    UserList users(TokenClaims caller, @QueryParameters("name") ListQuery query, HttpServletRequest request) {
        String name = query.text("name");
        return new UserList(
                accounts.userNames(accountOf(caller)).stream()
                        .filter(user -> name == null || user.equals(name))
                        .flatMap(user -> accounts.user(caller.domainName(), user).stream())
                        .map(user -> new UserList.UserShown(
                                user.id(), user.name(), user.account().id(), true))
                        .toList(),
                new Links(base(request) + "/v3/users"));
    }

    private Account accountOf(TokenClaims claims) {
        return accounts.account(claims.domainId())
                .orElseThrow(() -> new NotAllowed(
                        ErrorCode.TOKEN_INVALID,
                        "account '%s' does not exist any more".formatted(claims.domainName())));
    }

    private TokenAnswer answer(TokenClaims claims, boolean withCatalog, HttpServletRequest request) {
        TokenAnswer.Domain domain = new TokenAnswer.Domain(claims.domainId(), claims.domainName());
        ProjectId id = claims.projectId();
        String name = claims.projectName();
        TokenAnswer.Project project =
                id == null || name == null ? null : new TokenAnswer.Project(id.value(), name, domain);
        return new TokenAnswer(new TokenAnswer.Token(
                List.of("password"),
                time(claims.expiresAt()),
                time(claims.issuedAt()),
                new TokenAnswer.User(claims.userId(), claims.userName(), domain, ""),
                project,
                project == null ? domain : null,
                List.of(new TokenAnswer.Role("0", "te_admin")),
                withCatalog ? catalog(project, base(request)) : null));
    }

    private List<TokenAnswer.CatalogEntry> catalog(TokenAnswer.@Nullable Project project, String base) {
        if (project == null) {
            return List.of();
        }
        String ofProject = base + "/v1/" + project.id();
        return List.of(
                catalogued("modelarts", ofProject),
                catalogued("modelartsv1", ofProject),
                catalogued("identity", base + "/v3"));
    }

    private TokenAnswer.CatalogEntry catalogued(String type, String url) {
        String region = properties.region();
        return new TokenAnswer.CatalogEntry(
                type, type, type, List.of(new TokenAnswer.Endpoint(type + "-public", region, region, "public", url)));
    }

    private ProjectList.ProjectShown shown(Project project, HttpServletRequest request) {
        return new ProjectList.ProjectShown(
                project.id().value(),
                project.name(),
                project.account().id(),
                project.account().id(),
                false,
                true,
                "",
                new Links(base(request) + "/v3/projects/" + project.id()));
    }

    private IdentityVersion versionOf(HttpServletRequest request) {
        return new IdentityVersion(
                "v3.6",
                "stable",
                "2016-04-04T00:00:00Z",
                List.of(new IdentityVersion.MediaType(
                        "application/json", "application/vnd.openstack.identity-v3+json")),
                List.of(new IdentityVersion.Link("self", base(request) + "/v3/")));
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
