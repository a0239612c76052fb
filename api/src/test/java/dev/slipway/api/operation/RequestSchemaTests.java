package dev.slipway.api.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.RunningApi;
import dev.slipway.api.access.TokenRequestReader;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.service.ConfigRequest;
import dev.slipway.domain.service.EntryRequest;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceConfig;
import dev.slipway.domain.service.ServiceCreation;
import dev.slipway.domain.service.ServiceEntry;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.Wanted;
import dev.slipway.formats.model.CreateModelReader;
import dev.slipway.formats.model.UpdateModelReader;
import dev.slipway.formats.service.CreateServiceReader;
import dev.slipway.formats.service.UpdateServiceReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * The schemas of requests, held to the readers: each field of each body gets values at and beyond its limits, and of each type, and both
 * have to take or refuse the body alike. What schemas cannot say is not tried: JSON text with wrong content in a string, and rules that
 * compare one field with another or with what is stored.
 */
class RequestSchemaTests {

    private static final RunningApi API = new RunningApi();
    private static final String HOST = "obs.local";
    private static final String MODEL = "10eb0091-887f-4839-9929-cbc884f1e20e";
    private static final String FLAVOR = "\"specification\":\"f\",\"instance_count\":1";
    private static final String VERSION = "\"model_id\":\"%s\",%s,\"weight\":100".formatted(MODEL, FLAVOR);
    private static final String FILES =
            "\"model_id\":\"%s\",%s,\"src_path\":\"obs://bucket/list.manifest\",\"src_type\":\"ManifestFile\",\"dest_path\":\"obs://bucket/out/\",\"req_uri\":\"/\""
                    .formatted(MODEL, FLAVOR);
    private static final String RULE = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"index\":0}}}";

    /** Tried in place of every field; {@code N*text} is that text as often. */
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "false",
            "\"true\"",
            "-1",
            "0",
            "1",
            "2",
            "3",
            "4",
            "1.0",
            "1.5",
            "29",
            "30",
            "99",
            "100",
            "101",
            "120",
            "121",
            "127.5",
            "128",
            "128.5",
            "129",
            "300",
            "301",
            "3650",
            "3651",
            "87600",
            "87601",
            "5256000",
            "5256001",
            "99999999999",
            "\"-1\"",
            "\"0\"",
            "\"0.0\"",
            "\"0.5\"",
            "\"00\"",
            "\"007\"",
            "\"1\"",
            "\"2\"",
            "\"3\"",
            "\"4\"",
            "\"30\"",
            "\"100\"",
            "\"101\"",
            "\"120\"",
            "\"121\"",
            "\"127.5\"",
            "\"128\"",
            "\"128.0\"",
            "\"128.1\"",
            "\"129\"",
            "\"300\"",
            "\"301\"",
            "\"3650\"",
            "\"3651\"",
            "\"5256000\"",
            "\"5256001\"",
            "\"\"",
            "\"x\"",
            "\"a b\"",
            "\"a=b\"",
            "\"日本\"",
            "\"a\\nb\"",
            "\"/\"",
            "\"/x\"",
            "\"http\"",
            "\"ftp\"",
            "\"get\"",
            "\"POST\"",
            "\"0.0.1\"",
            "\"10.99.0\"",
            "\"01.0.0\"",
            "\"100.0.0\"",
            "\"python3\"",
            "\"python3.12\"",
            "\"python2.7\"",
            "\"obs://other/key\"",
            "\"obs://UP/key\"",
            "\"obs://other//key\"",
            "\"obs://other/a/../b\"",
            "\"s3://other/model/customize_service.py\"",
            "\"/other/customize_service.py\"",
            "\"obs://other/my_customize_service.py\"",
            "\"http://a\"",
            "\"http:// a\"",
            "\"Custom\"",
            "\"Image\"",
            "\"Scikit_Learn\"",
            "\"real-time\"",
            "\"batch\"",
            "\"edge\"",
            "\"running\"",
            "\"stopped\"",
            "\"nonsense\"",
            "\"ROUND_ROBIN\"",
            "\"stop\"",
            "\"STOP\"",
            "\"start\"",
            "\"DAYS\"",
            "\"HOURS\"",
            "\"MINUTES\"",
            "\"WEEKS\"",
            "\"csv\"",
            "\"file\"",
            "\"ManifestFile\"",
            "\"pip\"",
            "\"password\"",
            "\"token\"",
            "64*x",
            "65*x",
            "48*x",
            "49*x",
            "100*x",
            "101*x",
            "[]",
            "[1]",
            "[null]",
            "[\"real-time\"]",
            "[\"real-time\",\"x\"]",
            "[\"password\"]",
            "[{}]",
            "[{},{}]",
            "{}",
            "{\"a\":1}",
            "{\"A\":\"b\",\"B\":true,\"C\":1.5}",
            "{\"\":\"b\"}",
            "{\"A=B\":\"c\"}",
            "{\"A\":null}",
            "{\"A\":{}}");

    /** Refusals for the host of this installation, for a field beside another one, and for the service that is changed. */
    private static final List<String> BEYOND_SCHEMAS = List.of(
            "is not served here",
            "stands twice",
            // It is judged as the file that it replaces.
            "'initial_config.model_",
            "entries without model_id change those that are there",
            "only a batch service has this field",
            "either a body or a file can be sent",
            "only a real-time service follows an alias",
            "only an alias can be followed",
            "config[0].weight': expected the number 100",
            "config[0].weight': is empty",
            "mapping_type 'csv' needs a rule",
            "mapping_type 'file' takes no rule");

    private static final String UNKNOWN = "qqqqqqqq";

    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    private static JsonNode document;
    private static JsonSchema schemas;

    @BeforeAll
    static void describe() throws Exception {
        document = API.send("GET", "/openapi.json", "", Map.of()).body();
        schemas = new JsonSchema(document);
    }

    @AfterAll
    static void close() {
        API.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void readersAndSchemasTakeAndRefuseTheSame(String name, JsonNode schema, String body, Consumer<byte[]> reader) {
        ObjectNode whole = (ObjectNode) RunningApi.MAPPER.readTree(body.replace('\'', '"'));
        assertThat(refusal(reader, whole)).as("the body itself").isNull();
        List<String> different = new ArrayList<>();

        for (Place place : places(whole, schema)) {
            JsonNode before = place.owner().get(place.field());
            place.owner().remove(place.field());
            compare(name, schema, whole, reader, place + " absent", different);
            for (JsonNode value : values(place, before)) {
                place.owner().set(place.field(), value);
                compare(name, schema, whole, reader, place + "=" + shortened(value), different);
            }
            place.restore(before);
        }

        assertThat(different).isEmpty();
    }

    /** So that no field is forgotten above. */
    @Test
    void everyFieldOfEveryRequestIsTried() {
        TreeSet<String> tried = new TreeSet<>();
        TreeSet<String> described = new TreeSet<>();
        bodies().forEach(body -> {
            JsonNode schema = (JsonNode) body.get()[1];
            ObjectNode whole = (ObjectNode) RunningApi.MAPPER.readTree(((String) body.get()[2]).replace('\'', '"'));
            places(whole, schema).forEach(place -> tried.add(place.field()));
            collect(schema, described, new TreeSet<>());
        });
        assertThat(described).hasSizeGreaterThan(70);
        assertThat(tried).containsAll(described);
    }

    static Stream<Arguments> bodies() {
        String token = "{'auth':{'identity':{'methods':['password'],'password':{'user':%s}},'scope':%s}}";
        String create = "{'service_name':'s','infer_type':'%s','config':[{%s}],'additional_properties':{}%s}";
        String realTime = VERSION + ",\"envs\":{},\"additional_properties\":{\"max_surge\":1}";
        JsonNode creation = sent("/v1/{project_id}/services", "post");
        JsonNode change = sent("/v1/{project_id}/services/{service_id}", "put");
        JsonNode tokens = sent("/v3/auth/tokens", "post");
        Consumer<byte[]> creations = body -> new CreateServiceReader(HOST).read(body);
        Consumer<byte[]> ofToken = TokenRequestReader::read;
        return Stream.of(
                Arguments.of("model", sent("/v1/{project_id}/models", "post"), """
                        {'model_name':'m','model_version':'0.0.1','model_type':'Custom','source_location':'obs://bucket/m',
                         'apis':[{'url':'/','request':{'data':{}},'response':{'data':{}}}],
                         'input_params':[{'param_name':'a','url':'/','method':'post','protocol':'http','param_type':'int'}],
                         'output_params':[{'param_name':'a','url':'/','method':'post','protocol':'http','param_type':'int'}],
                         'model_docs':[{'doc_name':'a','doc_url':'http://a'}],
                         'trial':{'pool':'default','specification':'f','envs':{'A':'1'},'prediction':{'url':'/','tolerance':0.5}},
                         'dependencies':[{'installer':'pip','packages':[{'package_name':'a','package_version':'1.0','restraint':'EXACT'}]}]}""", (Consumer<byte[]>)
                        body -> new CreateModelReader(HOST).read(body)),
                Arguments.of("model of a template", sent("/v1/{project_id}/models", "post"), """
                        {'model_name':'m','model_type':'Template','template':{'template_id':'pytorch-py36',
                         'template_inputs':[{'input':'obs://bucket/m','input_id':'model_folder'}],'infer_format':'object_detection'}}""", (Consumer<byte[]>)
                        body -> new CreateModelReader(HOST).read(body)),
                Arguments.of(
                        "change of a model",
                        sent("/v1/{project_id}/models/{model_id}", "put"),
                        "{'description':'d','dependencies':[{'installer':'pip','packages':[]}]}",
                        (Consumer<byte[]>) UpdateModelReader::read),
                Arguments.of(
                        "real-time service",
                        creation,
                        create.formatted(
                                "real-time",
                                realTime,
                                ",'schedule':[{'type':'stop','time_unit':'HOURS','duration':1}]"),
                        creations),
                Arguments.of(
                        "batch service of files",
                        creation,
                        create.formatted(
                                "batch", FILES + ",\"mapping_type\":\"file\",\"additional_properties\":{}", ""),
                        creations),
                Arguments.of(
                        "batch service of rows",
                        creation,
                        create.formatted(
                                "batch",
                                FILES + ",\"mapping_type\":\"csv\",\"limits\":{},\"mapping_rule\":" + RULE,
                                ""),
                        creations),
                Arguments.of(
                        "change",
                        change,
                        "{'description':'d','schedule':[{'type':'stop','time_unit':'DAYS','duration':1}],'config':[{'weight':50,'additional_properties':{}}],'additional_properties':{}}",
                        changes(InferType.REAL_TIME, "{" + VERSION + "}")),
                Arguments.of(
                        "change of versions",
                        change,
                        "{'schedule':[{'type':'stop','time_unit':'MINUTES','duration':1}],'config':[{%s}]}"
                                .formatted(VERSION),
                        changes(InferType.REAL_TIME, "{" + VERSION + "}")),
                Arguments.of(
                        "change of a batch service",
                        change,
                        "{'config':[{'src_path':'obs://bucket/other.manifest','mapping_type':'csv','limits':{},'mapping_rule':%s}]}"
                                .formatted(RULE),
                        changes(
                                InferType.BATCH,
                                "{" + FILES + ",\"mapping_type\":\"csv\",\"mapping_rule\":" + RULE + "}")),
                Arguments.of(
                        "token by names",
                        tokens,
                        token.formatted(
                                "{'name':'n','password':'p','domain':{'name':'d'}}",
                                "{'project':{'name':'p','domain':{'id':'d'}}}"),
                        ofToken),
                Arguments.of(
                        "token by ids",
                        tokens,
                        token.formatted("{'id':'n','password':'p'}", "{'domain':{'id':'d','name':'n'}}"),
                        ofToken));
    }

    private static JsonNode sent(String path, String method) {
        return document.path("paths")
                .path(path)
                .path(method)
                .path("requestBody")
                .path("content")
                .path("application/json")
                .path("schema");
    }

    private static Consumer<byte[]> changes(InferType type, String entry) {
        ServiceCreation made = new CreateServiceReader(HOST)
                .read("{\"service_name\":\"s\",\"infer_type\":\"%s\",\"config\":[%s]}"
                        .formatted(type.wireName(), entry)
                        .getBytes(StandardCharsets.UTF_8));
        EntryRequest request = made.entries().getFirst();
        ServiceEntry before = new ServiceEntry(
                Objects.requireNonNull(request.model().id()),
                "m",
                "0.0.1",
                request.specification(),
                "default",
                request.instanceCount(),
                request.weight(),
                request.envs(),
                request.deployTimeoutMinutes(),
                request.rolling(),
                request.batch(),
                new InstanceSetId("service-x-g1-e0"),
                request.asSent(),
                null);
        Service service = new Service(
                new Service.Identity(
                        ServiceId.random(), new ProjectId("a".repeat(32)), "tenant", "owner", "s", type, "0", NOON),
                new Service.Details(null, 2, made.extras()),
                new Service.Standing(ServiceState.RUNNING, NOON, null),
                new Service.Numbers(1, 1, 1, 1),
                Wanted.RUNNING,
                new ServiceConfig(List.of(before)),
                new ServiceConfig(List.of(before)),
                NOON,
                null,
                null);
        return body -> {
            ConfigRequest config = new UpdateServiceReader(HOST).read(body).config();
            if (config != null) {
                config.against(service);
            }
        };
    }

    private void compare(
            String name,
            JsonNode schema,
            ObjectNode body,
            Consumer<byte[]> reader,
            String what,
            List<String> different) {
        String refusal = refusal(reader, body);
        boolean allowed = schemas.allows(schema, body);
        boolean cannotBeSaid = refusal != null && BEYOND_SCHEMAS.stream().anyMatch(refusal::contains);
        if (allowed != (refusal == null) && !cannotBeSaid) {
            different.add("%s, %s: the schema %s, the reader %s"
                    .formatted(name, what, allowed ? "allows" : "refuses", refusal == null ? "takes it" : refusal));
        }
    }

    /** Null if it takes the body. */
    private static @Nullable String refusal(Consumer<byte[]> reader, JsonNode body) {
        try {
            reader.accept(body.toString().getBytes(StandardCharsets.UTF_8));
            return null;
        } catch (Problem refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    private static List<JsonNode> values(Place place, @Nullable JsonNode before) {
        List<JsonNode> values = new ArrayList<>();
        boolean readsText = place.schema().toString().contains("contentMediaType");
        for (String each : VALUES) {
            JsonNode value = each.matches("[0-9]+\\*x")
                    ? RunningApi.MAPPER.readTree("\"" + "x".repeat(Integer.parseInt(each.replace("*x", ""))) + "\"")
                    : RunningApi.MAPPER.readTree(each);
            if (value.isNull() && place.field().equals(UNKNOWN)) {
                continue; // passed over in an entry that changes nothing
            }
            if (!(readsText && value.isString() && !value.stringValue().isEmpty())) {
                values.add(value);
            }
        }
        if (before != null && before.isContainer()) {
            if (readsText) {
                values.add(StringNode.valueOf(before.toString()));
            }
            if (before.isArray() && !before.isEmpty()) {
                for (int number : new int[] {2, 3, 4, 100, 101}) {
                    ArrayNode several = RunningApi.MAPPER.createArrayNode();
                    for (int i = 0; i < number; i++) {
                        several.add(before.get(0));
                    }
                    values.add(several);
                }
            }
        }
        return values;
    }

    /** A field of an object in a body. */
    private record Place(ObjectNode owner, String path, String field, JsonNode schema) {

        void restore(@Nullable JsonNode before) {
            if (before == null) {
                owner.remove(field);
            } else {
                owner.set(field, before);
            }
        }

        @Override
        public String toString() {
            return path + field;
        }
    }

    /** Each field that an object of the body has or may have, and one that is unknown. */
    private static List<Place> places(ObjectNode body, JsonNode schema) {
        List<Place> places = new ArrayList<>();
        addPlaces(places, body, "", objects(schema));
        return places;
    }

    private static void addPlaces(List<Place> places, JsonNode value, String path, List<JsonNode> objects) {
        if (value.isArray()) {
            value.forEach(element -> addPlaces(places, element, path, objects));
        }
        if (!(value instanceof ObjectNode object) || objects.isEmpty()) {
            return;
        }
        TreeSet<String> names = new TreeSet<>();
        objects.forEach(each -> names.addAll(each.path("properties").propertyNames()));
        names.add(UNKNOWN);
        for (String name : names) {
            ArrayNode all = RunningApi.MAPPER.createArrayNode();
            for (JsonNode each : objects) {
                if (each.path("properties").has(name)) {
                    all.add(each.path("properties").path(name).deepCopy());
                }
            }
            places.add(new Place(object, path, name, all));
            JsonNode below = object.get(name);
            if (below != null) {
                addPlaces(places, below, path + name + ".", objects(all));
            }
        }
    }

    /** The schemas of objects that a schema is, or has as a choice or as elements. */
    private static List<JsonNode> objects(JsonNode unresolved) {
        List<JsonNode> found = new ArrayList<>();
        JsonNode schema = schemas.resolved(unresolved);
        if (schema.isMissingNode()) {
            return found;
        }
        if (schema.isArray()) {
            schema.forEach(each -> found.addAll(objects(each)));
        } else if (schema.path("type").asString("").equals("object")) {
            found.add(schema);
        } else {
            found.addAll(objects(schema.path("items")));
            schema.path("anyOf").forEach(each -> found.addAll(objects(each)));
        }
        return found.stream().distinct().toList();
    }

    private static void collect(JsonNode schema, Set<String> names, Set<String> seen) {
        for (JsonNode object : objects(schema)) {
            if (seen.add(object.toString())) {
                object.path("properties").forEachEntry((name, property) -> {
                    names.add(name);
                    collect(property, names, seen);
                });
            }
        }
    }

    private static String shortened(JsonNode value) {
        String text = value.toString();
        return text.length() <= 60 ? text : text.substring(0, 59) + "…";
    }
}
