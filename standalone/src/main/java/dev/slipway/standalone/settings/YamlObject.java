package dev.slipway.standalone.settings;

import dev.slipway.domain.pool.Quantity;
import dev.slipway.formats.json.NearestName;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** An object of the settings file. Keys that were not read before {@link #end} are refused. */
final class YamlObject {

    private static final String HOST = "(\\[[0-9a-fA-F:.]+]|[^\\s:/?#@\\[\\]]+)";
    private static final Pattern WEB_ADDRESS = Pattern.compile("(https?://" + HOST + "(:[0-9]{1,5})?)/?");
    private static final Pattern DATABASE_ADDRESS =
            Pattern.compile("jdbc:postgresql://" + HOST + "(:[0-9]{1,5})?/[^\\s/]+");
    private static final Pattern HOST_AND_PORT = Pattern.compile(HOST + ":[0-9]{1,5}");

    private final String file;
    private final String path;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();

    private YamlObject(String file, String path) {
        this.file = file;
        this.path = path;
    }

    /** @param node null or an empty node for an object without keys */
    static YamlObject of(String file, String path, @Nullable Node node) {
        YamlObject object = new YamlObject(file, path);
        if (node == null || Tag.NULL.equals(node.getTag())) {
            return object;
        }
        if (!(node instanceof MappingNode mapping)) {
            throw new SettingsProblem("%s line %d: '%s' must be an object with keys"
                    .formatted(file, line(node), path.isEmpty() ? "the file" : path));
        }
        for (NodeTuple tuple : mapping.getValue()) {
            String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
            if (object.values.put(key, tuple.getValueNode()) != null) {
                throw new SettingsProblem("%s line %d: '%s' stands there twice"
                        .formatted(file, line(tuple.getKeyNode()), object.child(key)));
            }
            object.lines.put(key, line(tuple.getKeyNode()));
        }
        return object;
    }

    /** Whether the key has a value; one that is written down without a value has none. */
    boolean has(String key) {
        Node node = take(key);
        return node != null && !Tag.NULL.equals(node.getTag());
    }

    @Nullable
    String text(String key) {
        Node node = take(key);
        if (node == null || Tag.NULL.equals(node.getTag())) {
            return null;
        }
        if (!(node instanceof ScalarNode scalar)) {
            throw refused(key, "a text");
        }
        return scalar.getValue();
    }

    String text(String key, String otherwise) {
        String value = text(key);
        return value == null || value.isBlank() ? otherwise : value;
    }

    /** One of these words; the first one if it is missing. */
    String choice(String key, List<String> words) {
        String value = text(key, words.getFirst());
        if (!words.contains(value)) {
            throw refused(key, "one of " + String.join(", ", words));
        }
        return value;
    }

    String required(String key) {
        String value = text(key);
        if (value == null || value.isBlank()) {
            throw new SettingsProblem("%s: '%s' is missing".formatted(file, child(key)));
        }
        return value;
    }

    /** Scheme http or https, a host, perhaps a port; a final slash is taken off, any other path refused. */
    @Nullable
    String webAddress(String key) {
        String value = text(key);
        if (value == null) {
            return null;
        }
        Matcher matcher = WEB_ADDRESS.matcher(value);
        if (!matcher.matches()) {
            throw refused(key, "an address without a path, such as http://host.example.com:7300");
        }
        return matcher.group(1);
    }

    /** A JDBC address of PostgreSQL. */
    @Nullable
    String databaseAddress(String key) {
        String value = text(key);
        if (value != null && !DATABASE_ADDRESS.matcher(value).matches()) {
            throw refused(key, "an address such as jdbc:postgresql://host.example.com:5432/slipway");
        }
        return value;
    }

    @Nullable
    String hostAndPort(String key) {
        String value = text(key);
        if (value != null && !HOST_AND_PORT.matcher(value).matches()) {
            throw refused(key, "a host and port such as host.example.com:7233");
        }
        return value;
    }

    @Nullable
    Integer port(String key) {
        Long value = number(key);
        if (value == null) {
            return null;
        }
        if (value < 1 || value > 65_535) {
            throw refused(key, "a port, 1 to 65535");
        }
        return value.intValue();
    }

    int positive(String key, int otherwise) {
        Long value = number(key);
        if (value == null) {
            return otherwise;
        }
        if (value < 1 || value > Integer.MAX_VALUE) {
            throw refused(key, "a whole number of at least 1");
        }
        return value.intValue();
    }

    /** A whole number with one of the units s, m, h, d. */
    Duration duration(String key, Duration otherwise) {
        String value = text(key);
        if (value == null) {
            return otherwise;
        }
        if (!value.matches("[0-9]{1,9}[smhd]")) {
            throw refused(key, "a duration such as 5s, 20m, 12h or 30d");
        }
        long amount = Long.parseLong(value.substring(0, value.length() - 1));
        return switch (value.charAt(value.length() - 1)) {
            case 's' -> Duration.ofSeconds(amount);
            case 'm' -> Duration.ofMinutes(amount);
            case 'h' -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /** As {@link #duration(String, Duration)}, and not less than {@code least}. */
    Duration duration(String key, Duration otherwise, Duration least) {
        Duration duration = duration(key, otherwise);
        if (duration.compareTo(least) < 0) {
            throw refused(key, "at least %d minutes".formatted(least.toMinutes()));
        }
        return duration;
    }

    YamlObject object(String key) {
        return of(file, child(key), take(key));
    }

    List<YamlObject> objects(String key) {
        List<YamlObject> objects = new ArrayList<>();
        List<Node> nodes = nodes(key);
        for (int i = 0; i < nodes.size(); i++) {
            objects.add(of(file, "%s[%d]".formatted(child(key), i), nodes.get(i)));
        }
        return objects;
    }

    /** As {@link #objects}; a text stands for an object with that name alone. */
    List<YamlObject> objectsOrNames(String key) {
        List<YamlObject> objects = new ArrayList<>();
        List<Node> nodes = nodes(key);
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            String child = "%s[%d]".formatted(child(key), i);
            if (node instanceof ScalarNode && !Tag.NULL.equals(node.getTag())) {
                YamlObject named = new YamlObject(file, child);
                named.values.put("name", node);
                named.lines.put("name", line(node));
                objects.add(named);
            } else {
                objects.add(of(file, child, node));
            }
        }
        return objects;
    }

    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (Node node : nodes(key)) {
            if (!(node instanceof ScalarNode scalar)) {
                throw refused(key, "a list of texts");
            }
            texts.add(scalar.getValue());
        }
        return texts;
    }

    /** @throws SettingsProblem if a key was not asked for */
    void end() {
        for (Map.Entry<String, Integer> entry : lines.entrySet()) {
            if (!known.contains(entry.getKey())) {
                String nearest = NearestName.of(entry.getKey(), known)
                        .map(name -> ", did you mean '%s'".formatted(child(name)))
                        .orElse("");
                throw new SettingsProblem("%s line %d: '%s' is no setting%s (known here: %s)"
                        .formatted(file, entry.getValue(), child(entry.getKey()), nearest, String.join(", ", known)));
            }
        }
    }

    private List<Node> nodes(String key) {
        Node node = take(key);
        if (node == null || Tag.NULL.equals(node.getTag())) {
            return List.of();
        }
        if (!(node instanceof SequenceNode sequence)) {
            throw refused(key, "a list");
        }
        return sequence.getValue();
    }

    private @Nullable Long number(String key) {
        String value = text(key);
        if (value == null) {
            return null;
        }
        if (!value.matches("[0-9]{1,18}")) {
            throw refused(key, "a whole number");
        }
        return Long.valueOf(value);
    }

    private @Nullable Node take(String key) {
        known.add(key);
        return values.get(key);
    }

    /** All keys, for an object whose keys the user chooses. */
    List<String> keys() {
        return List.copyOf(values.keySet());
    }

    /** Pieces of a resource, above 0, with at most three decimals. */
    Quantity quantity(String key) {
        String value = text(key);
        if (value == null || !value.matches("[0-9]{1,6}([.][0-9]{1,3})?")) {
            throw refused(key, "a number of pieces such as 2 or 0.25");
        }
        long thousandths = new BigDecimal(value).movePointRight(3).longValueExact();
        if (thousandths == 0) {
            throw refused(key, "more than 0");
        }
        return new Quantity(thousandths);
    }

    /** The refusal of a key that the user chose. */
    SettingsProblem refusedKey(String key, String expected) {
        return new SettingsProblem(
                "%s line %s: '%s': expected a key %s".formatted(file, lines.get(key), child(key), expected));
    }

    /** The refusal of a value. */
    SettingsProblem refused(String key, String expected) {
        Node node = values.get(key);
        String found = node instanceof ScalarNode scalar ? "'" + scalar.getValue() + "'" : "something else";
        return new SettingsProblem(
                "%s line %s: '%s': expected %s, found %s".formatted(file, lines.get(key), child(key), expected, found));
    }

    private String child(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static int line(Node node) {
        return node.getStartMark() == null ? 0 : node.getStartMark().getLine() + 1;
    }
}
