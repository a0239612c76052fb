package dev.slipway.formats.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.formats.access.TokenRequestBody;
import dev.slipway.formats.model.CreateModelBody;
import dev.slipway.formats.model.CreateModelReader;
import dev.slipway.formats.problem.ErrorBody;
import dev.slipway.formats.service.CreateServiceBody;
import dev.slipway.formats.service.CreateServiceReader;
import dev.slipway.formats.service.EntryBody;
import dev.slipway.formats.service.ServiceShown;
import dev.slipway.formats.service.ServiceUpdated;
import dev.slipway.formats.service.UpdateServiceBody;
import dev.slipway.formats.service.UpdateServiceReader;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WireRecordTests {

    private static final String MODEL = "0e3bd2f0-0000-4000-8000-000000000000";
    private static final String SERVICE = """
            {"service_id":"s","service_name":"n","tenant":"t","project":"p","owner":"o","infer_type":"batch",\
            "workspace_id":"0","status":"finished","publish_at":1,"transition_at":2,"operation_time":2,\
            "is_shared":false,"shared_count":0,"is_opened_sample_collection":false,\
            "additional_properties":{"z":1.5,"a":{}},"task_id":"T","progress":100,"start_time":3,\
            "task":{"id":"T","status":"finished","records":7,"done":7,"failed":1,"files":2,"started_at":3},\
            "pool_name":"default","update_time":4,"priority":2,"config":[{"model_id":"m","model_name":"mn",\
            "model_version":"1.0.0","specification":"f","weight":100,"instance_count":1,"envs":{"B":"1","A":"2"},\
            "src_path":"obs://bucket/in/","mapping_type":"csv","status":"finished","scaling":false,"support_debug":false}]}""";

    @Test
    void readsAndWritesInTheOrderOfTheWireWithoutWhatIsNull() {
        ServiceShown shown = WireJson.read(SERVICE, ServiceShown.class);

        assertThat(shown.item().task()).isNotNull().satisfies(task -> assertThat(task.failed())
                .isEqualTo(1));
        assertThat(shown.errorMsg()).isNull();
        assertThat(shown.config().getFirst().mappingRule()).isNull();
        assertThat(WireJson.write(shown)).isEqualTo(SERVICE);
    }

    @Test
    void passesOverWhatANewerServerAdds() {
        ErrorBody body = WireJson.read(
                "{\"error_code\":\"c\",\"error_msg\":\"m\",\"hint\":1,\"error\":{\"code\":4,\"message\":\"m\",\"title\":\"t\",\"x\":{}}}",
                ErrorBody.class);

        assertThat(body.error()).isEqualTo(new ErrorBody.IdentityError(4, "m", "t"));
    }

    @Test
    void writesAnUnchangedServiceAsAnEmptyObject() {
        assertThat(WireJson.write(ServiceUpdated.unchanged())).isEqualTo("{}");
    }

    @Test
    void showsNoPassword() {
        assertThat(TokenRequestBody.of("d", "u", "s3cret", "p").toString()).doesNotContain("s3cret");
        assertThat(WireJson.write(TokenRequestBody.of("d", "u", "s3cret", "p")))
                .isEqualTo(
                        "{\"auth\":{\"identity\":{\"methods\":[\"password\"],\"password\":{\"user\":{\"name\":\"u\",\"password\":\"s3cret\",\"domain\":{\"name\":\"d\"}}}},\"scope\":{\"project\":{\"name\":\"p\"}}}}");
    }

    /** The reader names all fields that it knows when it refuses one; a body has each of them that has an effect, and no other. */
    @ParameterizedTest
    @MethodSource("bodies")
    void bodiesHaveTheFieldsThatTheReaderTakes(
            Class<?> type, Object body, Consumer<byte[]> reader, Set<String> withoutEffect) {
        String json = WireJson.write(body);
        String wrong = type == EntryBody.class
                ? json.replace("\"config\":[{", "\"config\":[{\"qqqqqqqqqq\":1,")
                : json.replaceFirst("\\{", "{\"qqqqqqqqqq\":1,");
        reader.accept(json.getBytes(StandardCharsets.UTF_8));

        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> reader.accept(wrong.getBytes(StandardCharsets.UTF_8)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PARAMETER))
                .satisfies(e -> assertThat(known(String.valueOf(e.getMessage()), withoutEffect))
                        .isEqualTo(fields(type)));
    }

    static Stream<Arguments> bodies() {
        EntryBody version = EntryBody.realTime(MODEL, "f", 1, 100, Map.of("A", "1"));
        EntryBody rows = EntryBody.batchOfRows(
                MODEL,
                "f",
                1,
                "obs://bucket/in/",
                "obs://bucket/out/",
                WireJson.tree("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"number\",\"index\":0}}}"));
        Set<String> ofServices =
                Set.of("workspace_id", "vpc_id", "subnet_network_id", "security_group_id", "service_secrets", "tags");
        Consumer<byte[]> creations = body -> new CreateServiceReader("obs.local").read(body);
        Set<String> ofUpdates = new TreeSet<>(ofServices);
        ofUpdates.addAll(Set.of("service_name", "infer_type", "pool_name", "cluster_id"));
        return Stream.of(
                Arguments.of(
                        CreateModelBody.class,
                        CreateModelBody.of("m", "0.0.1", "Custom", "obs://bucket/m"),
                        (Consumer<byte[]>) body -> new CreateModelReader("obs.local").read(body),
                        Set.of("workspace_id", "encryption", "market_flag", "request_mode", "subscription_id")),
                Arguments.of(
                        CreateServiceBody.class,
                        CreateServiceBody.realTime("s", version).stoppingAfter("HOURS", 1),
                        creations,
                        ofServices),
                Arguments.of(
                        EntryBody.class,
                        CreateServiceBody.batch("s", rows),
                        creations,
                        Set.of("custom_spec", "affinity", "nodes")),
                Arguments.of(
                        UpdateServiceBody.class,
                        UpdateServiceBody.config(version),
                        (Consumer<byte[]>) body -> new UpdateServiceReader("obs.local").read(body),
                        ofUpdates));
    }

    private static Set<String> known(String message, Set<String> withoutEffect) {
        String list =
                message.substring(message.indexOf('[', message.indexOf("expected one of")) + 1, message.length() - 1);
        Set<String> known = new TreeSet<>(List.of(list.split(", ", -1)));
        known.removeAll(withoutEffect);
        return known;
    }

    private static Set<String> fields(Class<?> type) {
        Set<String> fields = new TreeSet<>();
        Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .map(name -> name.replaceAll("([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT))
                .forEach(fields::add);
        return fields;
    }
}
