package dev.slipway.cli.access;

import dev.slipway.cli.command.CommandFailure;
import dev.slipway.client.Login;
import dev.slipway.client.NoAnswer;
import dev.slipway.client.ObjectClient;
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
    public static final String OBJECTS = "AWS_ENDPOINT_URL_S3";
    public static final String REGION = "AWS_REGION";
    public static final String ACCESS_KEY = "AWS_ACCESS_KEY_ID";
    public static final String SECRET_KEY = "AWS_SECRET_ACCESS_KEY";
    public static final String BUCKET = "SLIPWAY_BUCKET";

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

    /**
     * A client of the object storage of the installation; the caller closes it.
     *
     * @throws CommandFailure if a variable is missing
     */
    public ObjectClient objects() {
        return new ObjectClient(
                URI.create(required(OBJECTS)), required(REGION), required(ACCESS_KEY), required(SECRET_KEY));
    }

    /** The bucket of the installation. */
    public String bucket() {
        return required(BUCKET);
    }

    private String required(String name) {
        String value = value(name);
        if (value.isBlank()) {
            throw new CommandFailure("the variable %s is not set; %s".formatted(name, REMEDY));
        }
        return value;
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
