package dev.slipway.formats.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.model.ModelAlias;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.service.AliasUse;
import dev.slipway.domain.service.AutoStop;
import dev.slipway.domain.service.ConfigRequest;
import dev.slipway.domain.service.EntryRequest;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.ModelReference;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceConfig;
import dev.slipway.domain.service.ServiceCreation;
import dev.slipway.domain.service.ServiceEntry;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceUpdate;
import dev.slipway.domain.service.Wanted;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class UpdateServiceReaderTests {

    private static final String MODEL = "10eb0091-887f-4839-9929-cbc884f1e20e";
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    private final UpdateServiceReader reader = new UpdateServiceReader("obs.test");
    private final Service service = service("""
            {"model_id":"%s","specification":"cpu","instance_count":2,"weight":"100","envs":{"A":"b"},
             "additional_properties":{"max_surge":2}}""".formatted(MODEL));

    @Test
    void leavesAloneWhatIsAbsent() {
        ServiceUpdate update = read("{}");
        assertThat(update.config()).isNull();
        assertThat(update.status()).isNull();
        assertThat(update.description()).isNull();
        assertThat(update.schedule()).isNull();
        assertThat(update.extras().apply(InferType.REAL_TIME, "{\"pool_name\":\"p\"}"))
                .isEqualTo("{\"pool_name\":\"p\"}");
    }

    @Test
    void readsStatusScheduleAndTheEmptyDescription() {
        ServiceUpdate update = read("{'status':'stopped','description':'','schedule':[]}");
        assertThat(update.status()).isEqualTo(Wanted.STOPPED);
        assertThat(update.description()).isEmpty();
        assertThat(update.schedule()).isEmpty();
        assertThat(read("{'schedule':[{'type':'stop','time_unit':'MINUTES','duration':3}]}")
                        .schedule())
                .containsExactly(new AutoStop("MINUTES", 3, null));
    }

    @Test
    void fillsUpPartialEntriesFromThoseThatAreThere() {
        List<EntryRequest> entries = entries("{'config':[{'instance_count':'3','envs':null}]}");
        assertThat(entries).singleElement().satisfies(entry -> {
            assertThat(entry.model().toString()).isEqualTo(MODEL);
            assertThat(entry.instanceCount()).isEqualTo(3);
            assertThat(entry.envs()).isEqualTo(Map.of("A", "b"));
            assertThat(entry.rolling().maxSurge()).isEqualTo(2);
            assertThat(entry.asSent()).startsWith("{\"model_id\":").contains("\"instance_count\":\"3\"");
        });
    }

    @Test
    void anAliasThatIsNotFollowedStaysAtItsModelInPartialEntries() {
        Service aliased = service(
                "{\"model_id\":\"iris@champion\",\"specification\":\"cpu\",\"instance_count\":1,\"weight\":100}");
        AliasUse kept = new AliasUse(ModelAlias.parse("iris@champion"), false);
        AliasUse followed = new AliasUse(ModelAlias.parse("iris@champion"), true);

        assertThat(Objects.requireNonNull(
                                read("{'config':[{'instance_count':2}]}").config())
                        .against(aliased))
                .extracting(EntryRequest::model)
                .containsExactly(new ModelReference(new ModelId(MODEL), kept));
        assertThat(Objects.requireNonNull(
                                read("{'config':[{'alias_policy':'follow'}]}").config())
                        .against(aliased))
                .extracting(EntryRequest::model)
                .containsExactly(ModelReference.of(followed));
        assertThat(
                        entries(
                                "{'config':[{'model_id':'iris@champion','specification':'cpu','instance_count':1,'weight':100}]}"))
                .extracting(EntryRequest::model)
                .containsExactly(ModelReference.of(kept));
        refuses("{'config':[{'alias_policy':'follow'}]}", "only an alias can be followed");
        refuses(
                "{'config':[{'model_id':'iris@1','specification':'cpu','instance_count':1,'weight':100}]}",
                "alias 'iris@1': expected the name of a model, '@', and a letter");
    }

    @Test
    void asksForNothingWhereNoFieldIsNamed() {
        assertThat(entries("{'description':'new','config':[{}]}")).isEmpty();
    }

    @Test
    void replacesAnEntryThatNamesItsModel() {
        String sent =
                "{'config':[{'model_id':'%s','specification':'gpu','instance_count':1,'weight':100}]}".formatted(MODEL);
        ConfigRequest config = Objects.requireNonNull(read(sent).config());
        for (int look = 0; look < 2; look++) {
            assertThat(config.against(service)).singleElement().satisfies(entry -> {
                assertThat(entry.specification()).isEqualTo("gpu");
                assertThat(entry.envs()).isEmpty();
            });
        }
    }

    @Test
    void refusesWhatCannotBeChangedOrIsNotThere() {
        refuses("{'service_name':'other'}", "'service_name'");
        refuses("{'infer_type':'batch'}", "'infer_type'");
        refuses("{'status':'paused'}", "'status'");
        refuses("{'config':[]}", "'config'");
        refuses("{'configs':[]}", "did you mean 'config'");
        refuses("{'vpc_id':'x'}", "'vpc_id'");
        refuses("{'config':[{},{}]}", "expected 1 of them, found 2");
        refuses("{'config':[{'weight':50},{'weight':50}]}", "expected 1 of them, found 2");
        refuses("{'config':[{'instance_cuont':2}]}", "did you mean 'instance_count'");
    }

    /** The gateway alone reads them, and no caller gets an answer of a job's model. */
    @Test
    void takesHeadersOfAnswersForRealTimeServicesAlone() {
        ServiceUpdate update = read("{'additional_properties':{'response_headers':['Set-Cookie']}}");

        assertThat(update.extras().apply(InferType.REAL_TIME, "{}")).contains("Set-Cookie");
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> update.extras().apply(InferType.BATCH, "{}"))
                .withMessageContaining("'additional_properties.response_headers': only a real-time service");
        assertThat(read("{'additional_properties':{'response_headers':[]}}")
                        .extras()
                        .apply(InferType.BATCH, "{}"))
                .doesNotContain("Set-Cookie");
    }

    private List<EntryRequest> entries(String body) {
        return Objects.requireNonNull(read(body).config()).against(service);
    }

    private ServiceUpdate read(String body) {
        return reader.read(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private void refuses(String body, String message) {
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> {
                    ConfigRequest config = read(body).config();
                    if (config != null) {
                        config.against(service);
                    }
                })
                .withMessageContaining(message);
    }

    private Service service(String sentEntry) {
        ServiceCreation creation = new CreateServiceReader("obs.test")
                .read("{\"service_name\":\"s\",\"infer_type\":\"real-time\",\"config\":[%s]}"
                        .formatted(sentEntry)
                        .getBytes(StandardCharsets.UTF_8));
        EntryRequest request = creation.entries().getFirst();
        ServiceEntry entry = new ServiceEntry(
                new ModelId(MODEL),
                "mnist",
                "0.0.1",
                request.specification(),
                "default",
                request.instanceCount(),
                request.weight(),
                request.envs(),
                request.deployTimeoutMinutes(),
                request.rolling(),
                null,
                new InstanceSetId("service-x-g1-e0"),
                request.asSent(),
                request.model().alias());
        return new Service(
                new Service.Identity(
                        ServiceId.random(),
                        new ProjectId("0123456789abcdef0123456789abcdef"),
                        "tenant",
                        "owner",
                        "s",
                        InferType.REAL_TIME,
                        "0",
                        NOON),
                new Service.Details(null, 2, creation.extras()),
                new Service.Standing(ServiceState.RUNNING, NOON, null),
                new Service.Numbers(1, 1, 1, 1),
                Wanted.RUNNING,
                new ServiceConfig(List.of(entry)),
                new ServiceConfig(List.of(entry)),
                NOON,
                null,
                null);
    }
}
