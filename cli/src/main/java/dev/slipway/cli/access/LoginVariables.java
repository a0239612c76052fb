package dev.slipway.cli.access;

import dev.slipway.cli.command.CommandFailure;
import dev.slipway.client.Login;
import dev.slipway.client.NoAnswer;
import dev.slipway.client.RefusedCall;
import dev.slipway.client.SlipwayClient;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** The variables by which commands log in, as {@code ./slipway env} prints them. */
public final class LoginVariables {

    public static final String ENDPOINT = "SLIPWAY_ENDPOINT";
    public static final String DOMAIN = "OS_USER_DOMAIN_NAME";
    public static final String USER = "OS_USERNAME";
    public static final String PASSWORD = "OS_PASSWORD";
    public static final String PROJECT = "OS_PROJECT_NAME";

    /** For commands that ask the API, when a data folder is named to them. */
    public static final String IN_PLACE_OF_FOLDER =
            "run eval \"$(./slipway env --data DIR)\" before, which logs in to that one";

    /** The end of the usage of commands that ask the API. */
    public static final String FOOTER =
            "It asks the API, logged in by variables: eval \"$(./slipway env --data DIR)\" first.";

    private static final String REMEDY =
            "fill the environment first: eval \"$(./slipway env)\" (with --data DIR for another folder than ./data)";

    private final Map<String, String> environment;

    public LoginVariables(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * A client that is logged in; the caller closes it.
     *
     * @throws CommandFailure if a variable is missing, the API does not answer, or the login is refused; says what to do
     */
    public SlipwayClient connect() {
        List<String> missing = List.of(ENDPOINT, DOMAIN, USER, PASSWORD, PROJECT).stream()
                .filter(name -> environment.getOrDefault(name, "").isBlank())
                .toList();
        if (!missing.isEmpty()) {
            throw new CommandFailure("the %s not set; %s"
                    .formatted(
                            missing.size() == 1
                                    ? "variable %s is".formatted(missing.getFirst())
                                    : "variables %s are".formatted(String.join(", ", missing)),
                            REMEDY));
        }
        URI endpoint = endpoint();
        Login login = new Login(value(DOMAIN), value(USER), value(PASSWORD), value(PROJECT));
        try {
            return new SlipwayClient(endpoint, login);
        } catch (NoAnswer e) {
            throw new CommandFailure(
                    "no Slipway answers at '%s', the address in %s (%s); './slipway status' shows what runs, './slipway up' starts it"
                            .formatted(endpoint, ENDPOINT, e.getMessage()));
        } catch (RefusedCall e) {
            throw new CommandFailure("user '%s' of '%s' gets no token for project '%s': %s; %s"
                    .formatted(login.user(), login.domain(), login.project(), e.reason(), remedy(e)));
        }
    }

    private static String remedy(RefusedCall refusal) {
        return refusal.retryAfter()
                .map(time -> "try again in %d s".formatted(time.toSeconds()))
                .orElse(REMEDY);
    }

    private URI endpoint() {
        try {
            URI uri = URI.create(value(ENDPOINT));
            if (uri.getScheme() != null && uri.getScheme().matches("https?") && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException notAnAddress) {
            // reported below
        }
        throw new CommandFailure("the variable %s: expected an address such as http://127.0.0.1:7300, found '%s'; %s"
                .formatted(ENDPOINT, value(ENDPOINT), REMEDY));
    }

    private String value(String name) {
        return environment.getOrDefault(name, "");
    }
}
