package dev.slipway.formats.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.service.AutoStop;
import dev.slipway.domain.service.BatchEntry;
import dev.slipway.domain.service.EntryRequest;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.JobLimits;
import dev.slipway.domain.service.RollingLimits;
import dev.slipway.domain.service.ServiceCreation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CreateServiceReaderTests {

    private static final String MODEL = "10eb0091-887f-4839-9929-cbc884f1e20e";
    private static final String ENTRY =
            "'model_id':'%s','specification':'modelarts.vm.cpu.2u','instance_count':1".formatted(MODEL);
    private static final String BATCH = ENTRY
            + ",'src_path':'https://box.obs.test/in/','dest_path':'https://box.obs.test/out/','req_uri':'/','mapping_type':'csv',"
            + "'mapping_rule':{'type':'object','properties':{'x':{'type':'number','index':0}}}";

    private final CreateServiceReader reader = new CreateServiceReader("obs.test:9000");

    @Test
    void readsTheDocumentsOwnExample() {
        ServiceCreation creation = read("""
                {"service_name":"mnist","description":"mnist service","infer_type":"real-time","workspace_id":0,
                 "config":[{"specification":"modelarts.vm.cpu.2u","weight":"100","instance_count":1,
                   "model_id":"%s","envs":{"mysql_port":"8080","n":3}}],
                 "schedule":[{"type":"stop","time_unit":"HOURS","duration":"5"}]}""".formatted(MODEL));

        assertThat(creation.name()).isEqualTo("mnist");
        assertThat(creation.inferType()).isEqualTo(InferType.REAL_TIME);
        assertThat(creation.schedule()).isEqualTo(new AutoStop("HOURS", 5, null));
        assertThat(creation.entries()).singleElement().satisfies(entry -> {
            assertThat(entry.weight()).isEqualTo(100);
            assertThat(entry.envs()).isEqualTo(Map.of("mysql_port", "8080", "n", "3"));
            assertThat(entry.deployTimeoutMinutes()).isEqualTo(20);
            assertThat(entry.rolling()).isEqualTo(RollingLimits.DEFAULT);
            assertThat(entry.asSent()).contains("\"weight\":\"100\"");
        });
    }

    @Test
    void takesThePoolOfTheEntryBeforeThatOfTheService() {
        String body = "{'service_name':'s','infer_type':'real-time','cluster_id':'old','pool_name':'new','config':[{"
                + ENTRY + ",'weight':50},{" + ENTRY + ",'weight':50,'cluster_id':'own'}]}";
        assertThat(read(body).entries()).extracting(EntryRequest::pool).containsExactly("new", "own");
        assertThat(read(body).extras()).isEqualTo("{\"cluster_id\":\"old\",\"pool_name\":\"new\"}");
    }

    @Test
    void readsTheLimitsOfAnUpgradeAlsoAsTexts() {
        EntryRequest entry = read(realTime(",'weight':100,'deploy_timeout_in_seconds':5,'additional_properties':"
                        + "{'max_surge':'0.5','max_unavailable':1,'termination_grace_period_seconds':'30'}"))
                .entries()
                .getFirst();
        assertThat(entry.rolling()).isEqualTo(new RollingLimits(0.5, 1, 30));
        assertThat(entry.deployTimeoutMinutes()).isEqualTo(5);
    }

    @Test
    void readsABatchEntry() {
        BatchEntry batch = batch(BATCH);
        assertThat(batch.source()).hasToString("obs://box/in/");
        assertThat(batch.destination()).hasToString("obs://box/out/");
        assertThat(batch.fromManifest()).isFalse();
        assertThat(batch.mapping()).isEqualTo(BatchEntry.Mapping.CSV);
        assertThat(batch.mappingRule()).startsWith("{\"type\":\"object\"");
        assertThat(batch(BATCH.replace("/in/", "/in/list.manifest")).fromManifest())
                .isTrue();
        assertThat(batch(BATCH.replace("/in/", "/in/list") + ",'src_type':'ManifestFile'")
                        .source())
                .hasToString("obs://box/in/list");
    }

    @Test
    void readsTheLimitsOfABatchJob() {
        assertThat(batch(BATCH).limits()).isNull();
        assertThat(batch(BATCH + ",'limits':{}").limits()).isNull();
        assertThat(batch(BATCH + ",'limits':{'failed_records':0,'failed_ratio':'0.25','deadline_in_minutes':90}")
                        .limits())
                .isEqualTo(new JobLimits(0L, 0.25, Duration.ofMinutes(90)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            "weight":101                     | config[0].weight
            "weight":"ninety"                | config[0].weight
            "weigth":100                     | did you mean 'weight'
            "instance_count":0,"weight":100  | twice
            "weight":100,"custom_spec":{"cpu":1,"memory":2} | config[0].custom_spec
            "weight":100,"affinity":{"node_affinity":{}}    | config[0].affinity
            "weight":100,"deploy_timeout_in_seconds":2      | config[0].deploy_timeout_in_seconds
            "weight":100,"src_path":"/box/in/"                | config[0].src_path
            "weight":100,"limits":{"failed_records":1}        | config[0].limits
            "weight":100,"envs":{"A=B":"c"}                 | A=B
            "weight":100,"envs":{"A":{}}                    | expected a text
            "weight":100,"additional_properties":{"max_surge":0}        | max_surge
            "weight":100,"additional_properties":{"max_surg":1}         | did you mean 'max_surge'
            "weight":100,"additional_properties":{"log_volume":[{"host_path":"/logs"}]} | log_volume
            """)
    void refusesBadEntries(String field, String message) {
        refuses(realTime("," + field), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            'vpc_id':'x'                      | 'vpc_id'
            'service_secrets':[{'secretId':1}] | 'service_secrets'
            'load_balancer_policy':'SOURCE_IP' | 'load_balancer_policy'
            'additional_properties':{'websocket_upgrade':true}           | websocket_upgrade
            'additional_properties':{'smn_notification':{'topic_urn':1}} | smn_notification
            'additional_properties':{'colour':'red'}                     | colour
            'additional_properties':{'response_headers':['X-Mine']}      | response_headers
            'workspace_id':'1'                | 'workspace_id'
            'priority':4                      | 'priority'
            'shcedule':[]                     | did you mean 'schedule'
            'description':'a<b'               | 'description'
            'schedule':[{'type':'start','time_unit':'HOURS','duration':1}] | schedule[0].type
            'schedule':[{'type':'stop','time_unit':'WEEKS','duration':1}]  | schedule[0].time_unit
            'schedule':[{'type':'stop','time_unit':'HOURS','duration':0}]  | schedule[0].duration
            """)
    void refusesBadFieldsOfTheService(String field, String message) {
        refuses(
                "{'service_name':'s','infer_type':'real-time','config':[{" + ENTRY + ",'weight':100}]," + field + "}",
                message);
    }

    @Test
    void letsDefaultsOfUnbuiltFieldsPass() {
        read(
                "{'service_name':'s','infer_type':'real-time','vpc_id':'','schedule':[],'load_balancer_policy':'ROUND_ROBIN',"
                        + "'additional_properties':{'websocket_upgrade':false,'log_report_channels':[]},"
                        + "'config':[{" + ENTRY + ",'weight':100,'custom_spec':{},'nodes':[]}]}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            "service_name":"a b","infer_type":"real-time" | service_name
            "service_name":"s","infer_type":"offline"     | 'real-time' or 'batch'
            "infer_type":"real-time"                      | 'service_name'
            """)
    void refusesBadNamesAndTypes(String fields, String message) {
        refuses("{" + fields + ",'config':[{" + ENTRY + ",'weight':100}]}", message);
    }

    @Test
    void refusesEdgeAndUnknownModelsByTheirOwnCodes() {
        assertThat(refuses("{'service_name':'s','infer_type':'edge','config':[{}]}", "edge")
                        .code())
                .isEqualTo(ErrorCode.SERVICE_TYPE_NOT_ENABLED);
        assertThat(refuses(realTime(",'weight':100").replace(MODEL, "mnist"), "mnist")
                        .code())
                .isEqualTo(ErrorCode.MODEL_OF_SERVICE_UNKNOWN);
        refuses("{'service_name':'s','infer_type':'real-time','config':[]}", "config");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            /out/                  | /in/            | below src_path
            /out/                  | /in/deep/       | below src_path
            https://box.obs.test/out | https://foreign.test/out | not served here
            'mapping_type':'csv'   | 'mapping_type':'json' | config[0].mapping_type
            'index':0              | 'index':-1      | no value has an index
            'req_uri':'/'          | 'req_uri':'x'   | config[0].req_uri
            'mapping_type':'csv'   | 'mapping_type':'file' | takes no rule
            'instance_count':1     | 'instance_count':1,'weight':50 | config[0].weight
            'instance_count':1     | 'instance_count':1,'limits':{'deadline_in_minutes':0} | config[0].limits.deadline_in_minutes
            'instance_count':1     | 'instance_count':1,'limits':{'failed_records':-1} | config[0].limits.failed_records
            'instance_count':1     | 'instance_count':1,'limits':{'failed_ratio':1.5} | config[0].limits.failed_ratio
            'instance_count':1     | 'instance_count':1,'limits':{'failed_rate':0.5} | did you mean 'failed_ratio'
            """)
    void refusesBadBatchEntries(String was, String now, String message) {
        refuses(batchBody(BATCH.replace(was, now)), message);
    }

    /** At once, and not after the job has read its inputs. */
    @Test
    void refusesADestinationThatLeavesNoRoomForNames() {
        String longest = "d".repeat(823);
        assertThat(batch(BATCH.replace("/out/", "/" + longest + "/"))
                        .destination()
                        .key())
                .isEqualTo(longest + "/");

        refuses(
                batchBody(BATCH.replace("/out/", "/" + longest + "d/")),
                "has 825 bytes after its bucket, expected at most 824");
        refuses(batchBody(BATCH.replace("/out/", "/" + longest + "d/")), "config[0].dest_path");
        refuses(batchBody(BATCH.replace("/out/", "/" + "猫".repeat(275))), "has 826 bytes");
    }

    @Test
    void refusesAScheduleOfABatchService() {
        refuses(
                batchBody(BATCH)
                        .replace("'config'", "'schedule':[{'type':'stop','time_unit':'HOURS','duration':1}],'config'"),
                "'schedule'");
    }

    private static String realTime(String more) {
        return "{'service_name':'s','infer_type':'real-time','config':[{" + ENTRY + more + "}]}";
    }

    private static String batchBody(String entry) {
        return "{'service_name':'s','infer_type':'batch','config':[{" + entry + "}]}";
    }

    @Test
    void refusesHeadersOfAnswersForAJob() {
        String body = batchBody(BATCH)
                .replaceFirst("'config'", "'additional_properties':{'response_headers':['Set-Cookie']},'config'");
        Invalid refusal = refuses(body, "only a real-time service answers callers");
        assertThat(refusal.field()).isEqualTo("additional_properties.response_headers");
    }

    private BatchEntry batch(String entry) {
        return Objects.requireNonNull(
                read(batchBody(entry)).entries().getFirst().batch());
    }

    private ServiceCreation read(String body) {
        return reader.read(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private Invalid refuses(String body, String message) {
        Invalid[] found = new Invalid[1];
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> read(body))
                .withMessageContaining(message)
                .satisfies(e -> found[0] = e);
        return found[0];
    }
}
